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

    /// <summary>Bytes in a request about the way back.</summary>
    public const int ChangeSize = 28;

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

    // | 0001 | length 8 | cookie | transaction id (12) | 0003 | 4 | flags |
    /// <summary>
    /// Writes a request with CHANGE-REQUEST to the first <see cref="ChangeSize"/> bytes of <paramref name="destination"/>: it
    /// asks for an answer from another of the server's sockets. A server that has no other answers with error 420.
    /// </summary>
    /// <returns><see cref="ChangeSize"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <see cref="ChangeSize"/>.</exception>
    public static int WriteChange(Span<byte> destination, StunTransactionId transactionId, StunOrigin from)
    {
        if (destination.Length < ChangeSize)
            throw new ArgumentException($"such a request takes {ChangeSize} bytes, not {destination.Length}", nameof(destination));
        StunHeader.Write(destination, StunHeader.BindingRequest, ChangeSize - StunHeader.Size);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], StunHeader.Cookie);
        transactionId.CopyTo(destination[8..]);
        BinaryPrimitives.WriteUInt16BigEndian(destination[20..], StunAttribute.ChangeRequest);
        BinaryPrimitives.WriteUInt16BigEndian(destination[22..], 4);
        BinaryPrimitives.WriteUInt32BigEndian(destination[24..], (uint)from);
        return ChangeSize;
    }
}
