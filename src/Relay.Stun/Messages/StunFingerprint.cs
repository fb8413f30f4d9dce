using System.Buffers.Binary;

namespace Relay.Stun.Messages;

/// <summary>FINGERPRINT: CRC-32 of all that comes before it, XOR a constant (RFC 8489, 14.7).</summary>
internal static class StunFingerprint
{
    /// <summary>Bytes of the attribute with its header.</summary>
    internal const int Size = StunAttributeReader.HeaderSize + ValueSize;

    internal const int ValueSize = 4;

    private const uint Mask = 0x5354_554E;

    /// <summary>Whether <paramref name="value"/> is the one for <paramref name="before"/>: header and attributes up to FINGERPRINT.</summary>
    internal static bool Matches(ReadOnlySpan<byte> before, ReadOnlySpan<byte> value) =>
        value.Length == ValueSize && BinaryPrimitives.ReadUInt32BigEndian(value) == (Crc32.Compute(before) ^ Mask);

    /// <summary>
    /// Writes the attribute after the first <paramref name="length"/> bytes of <paramref name="message"/> and returns the
    /// new length. The header's length field must already count it.
    /// </summary>
    internal static int Append(Span<byte> message, int length)
    {
        var value = Crc32.Compute(message[..length]) ^ Mask;
        BinaryPrimitives.WriteUInt16BigEndian(message[length..], StunAttribute.Fingerprint);
        BinaryPrimitives.WriteUInt16BigEndian(message[(length + 2)..], ValueSize);
        BinaryPrimitives.WriteUInt32BigEndian(message[(length + 4)..], value);
        return length + Size;
    }
}
