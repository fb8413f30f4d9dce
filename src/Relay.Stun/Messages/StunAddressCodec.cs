using System.Buffers.Binary;

namespace Relay.Stun.Messages;

/// <summary>
/// The value of MAPPED-ADDRESS and XOR-MAPPED-ADDRESS (RFC 8489, 14.1 and 14.2). The key of the XOR form is the cookie
/// and the transaction id, bytes 4 to 19 of the message: the port takes its first 2 bytes, IPv4 4, IPv6 all 16.
/// </summary>
internal static class StunAddressCodec
{
    // | 0 | family | port (2) | address (4 or 16) |
    internal const int IPv4Size = 8;
    internal const int IPv6Size = 20;

    internal static int SizeOf(StunAddressFamily family) => family == StunAddressFamily.IPv6 ? IPv6Size : IPv4Size;

    /// <summary>Reads a plain value; false when it is too short or of an unknown family. Bytes beyond the address are ignored.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> value, out TransportAddress address) => TryRead(value, 0, 0, out address);

    /// <summary>Reads an XORed value with <paramref name="key"/>, the message from byte 4 on.</summary>
    internal static bool TryReadXor(ReadOnlySpan<byte> value, ReadOnlySpan<byte> key, out TransportAddress address) =>
        TryRead(value, BinaryPrimitives.ReadUInt64BigEndian(key), BinaryPrimitives.ReadUInt64BigEndian(key[8..]), out address);

    /// <summary>Writes a plain value.</summary>
    internal static void Write(Span<byte> destination, in TransportAddress address) => Write(destination, address, 0, 0);

    /// <summary>Writes a value XORed with <paramref name="key"/>, the message from byte 4 on.</summary>
    internal static void WriteXor(Span<byte> destination, in TransportAddress address, ReadOnlySpan<byte> key) =>
        Write(destination, address, BinaryPrimitives.ReadUInt64BigEndian(key), BinaryPrimitives.ReadUInt64BigEndian(key[8..]));

    private static bool TryRead(ReadOnlySpan<byte> value, ulong keyHigh, ulong keyLow, out TransportAddress address)
    {
        address = default;
        if (value.Length < IPv4Size) return false;
        var port = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(value[2..]) ^ (ushort)(keyHigh >> 48));
        if (value[1] == (byte)StunAddressFamily.IPv4)
        {
            address = TransportAddress.IPv4(BinaryPrimitives.ReadUInt32BigEndian(value[4..]) ^ (uint)(keyHigh >> 32), port);
            return true;
        }

        if (value[1] != (byte)StunAddressFamily.IPv6 || value.Length < IPv6Size) return false;
        address = TransportAddress.IPv6(
            BinaryPrimitives.ReadUInt64BigEndian(value[4..]) ^ keyHigh, BinaryPrimitives.ReadUInt64BigEndian(value[12..]) ^ keyLow, port);
        return true;
    }

    private static void Write(Span<byte> destination, in TransportAddress address, ulong keyHigh, ulong keyLow)
    {
        destination[0] = 0;
        destination[1] = (byte)address.Family;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(address.Port ^ (ushort)(keyHigh >> 48)));
        if (address.Family == StunAddressFamily.IPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[4..], (uint)address.Low ^ (uint)(keyHigh >> 32));
            return;
        }

        BinaryPrimitives.WriteUInt64BigEndian(destination[4..], address.High ^ keyHigh);
        BinaryPrimitives.WriteUInt64BigEndian(destination[12..], address.Low ^ keyLow);
    }
}
