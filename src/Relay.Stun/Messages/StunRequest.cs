using System.Buffers.Binary;

namespace Relay.Stun.Messages;

/// <summary>
/// A client's Binding request: the 40 bytes that Tailscale's clients send, SOFTWARE <c>tailnode</c> and then FINGERPRINT,
/// which every DERP server's STUN port answers, and every public STUN server too (spec/stun.md 2). Stateless.
/// </summary>
public static class StunRequest
{
    /// <summary>Bytes in a request.</summary>
    public const int Size = 40;

    // | 0001 | length 20 | cookie | transaction id (12) | 8022 | 8 | tailnode | 8028 | 4 | CRC |
    /// <summary>Writes a request to the first <see cref="Size"/> bytes of <paramref name="destination"/>.</summary>
    /// <returns><see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <see cref="Size"/>.</exception>
    public static int Write(Span<byte> destination, StunTransactionId transactionId)
    {
        if (destination.Length < Size)
            throw new ArgumentException($"a request takes {Size} bytes, not {destination.Length}", nameof(destination));
        var software = StunAttribute.TailscaleSoftware;
        StunHeader.Write(destination, StunHeader.BindingRequest, Size - StunHeader.Size);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], StunHeader.Cookie);
        transactionId.CopyTo(destination[8..]);
        BinaryPrimitives.WriteUInt16BigEndian(destination[20..], StunAttribute.Software);
        BinaryPrimitives.WriteUInt16BigEndian(destination[22..], (ushort)software.Length);
        software.CopyTo(destination[24..]);
        return StunFingerprint.Append(destination, Size - StunFingerprint.Size);
    }
}
