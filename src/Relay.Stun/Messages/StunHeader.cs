using System.Buffers.Binary;

namespace Relay.Stun.Messages;

/// <summary>The first 20 bytes: type, length of what follows, magic cookie, transaction id (RFC 8489, 5).</summary>
/// <param name="Type">Method and class, mixed; see <see cref="Method"/>.</param>
/// <param name="Length">Bytes after the header. As received: compare it with what is there before believing it.</param>
/// <param name="HasCookie">Whether this is RFC 5389 or later; without the cookie it may be RFC 3489.</param>
internal readonly record struct StunHeader(ushort Type, ushort Length, bool HasCookie)
{
    internal const int Size = 20;
    internal const uint Cookie = 0x2112_A442;
    internal const ushort BindingRequest = 0x0001;
    internal const ushort BindingSuccess = 0x0101;
    internal const ushort BindingError = 0x0111;

    internal const int BindingMethod = 1;

    // Type is M11..M7 C1 M6..M4 C0 M3..M0: the two class bits sit among those of the method.
    private const ushort ResponseBit = 0x0100;
    private const ushort IndicationBit = 0x0010;

    /// <summary>Whether this is a success or error response, of any method.</summary>
    internal bool IsResponse => (Type & ResponseBit) != 0;

    /// <summary>Whether this is an indication, which asks for no answer.</summary>
    internal bool IsIndication => (Type & (ResponseBit | IndicationBit)) == IndicationBit;

    /// <summary>The method with the class bits left out but not closed up.</summary>
    internal int Method => Type & ~(ResponseBit | IndicationBit);

    /// <summary>Reads a header, or returns false when there are fewer than 20 bytes or the top two bits are not zero.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> datagram, out StunHeader header)
    {
        if (datagram.Length < Size || (datagram[0] & 0xC0) != 0)
        {
            header = default;
            return false;
        }

        header = new StunHeader(
            BinaryPrimitives.ReadUInt16BigEndian(datagram),
            BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) == Cookie);
        return true;
    }

    /// <summary>Writes type and length; the 16 bytes of cookie and transaction id are the caller's.</summary>
    internal static void Write(Span<byte> destination, ushort type, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(destination, type);
    }
}
