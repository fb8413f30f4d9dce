using System.Buffers.Binary;
using Relay.Stun.Messages;

namespace Relay.Stun.Answers;

/// <summary>
/// Writes the answers of spec/stun.md 8 and 9. Bytes 4 to 19 (cookie and transaction id, or the classic 128-bit id) are
/// copied from the request. No SOFTWARE, no reason phrase, and no second address but where a server has one to tell of: an
/// answer must not outgrow its request.
/// </summary>
internal static class StunAnswerWriter
{
    /// <summary>Header, three IPv6 addresses and FINGERPRINT; larger than a 420 with its sixteen attributes (72).</summary>
    internal const int MaxSize = StunHeader.Size + 3 * (StunAttributeReader.HeaderSize + StunAddressCodec.IPv6Size) + StunFingerprint.Size;

    private const int ErrorSize = 8;

    // 420: class 4, number 20.
    private const uint UnknownAttributeError = 0x0000_0414;

    /// <param name="answer">Where to.</param>
    /// <param name="request">What is answered.</param>
    /// <param name="source">XOR-MAPPED-ADDRESS.</param>
    /// <param name="other">OTHER-ADDRESS; the default value for none.</param>
    /// <param name="origin">RESPONSE-ORIGIN; the default value for none.</param>
    /// <param name="fingerprint">Whether the request had one.</param>
    internal static int Success(
        Span<byte> answer, ReadOnlySpan<byte> request, in TransportAddress source,
        in TransportAddress other, in TransportAddress origin, bool fingerprint)
    {
        var extra = SizeOf(origin) + SizeOf(other) + (fingerprint ? StunFingerprint.Size : 0);
        var length = AddressHeader(answer, request, source.Family, StunAttribute.XorMappedAddress, extra);
        StunAddressCodec.WriteXor(answer[(StunHeader.Size + StunAttributeReader.HeaderSize)..], source, request[4..]);
        length += Address(answer[length..], StunAttribute.ResponseOrigin, origin);
        length += Address(answer[length..], StunAttribute.OtherAddress, other);
        return fingerprint ? StunFingerprint.Append(answer, length) : length;
    }

    internal static int Classic(Span<byte> answer, ReadOnlySpan<byte> request, in TransportAddress source)
    {
        var length = AddressHeader(answer, request, source.Family, StunAttribute.MappedAddress, 0);
        StunAddressCodec.Write(answer[(StunHeader.Size + StunAttributeReader.HeaderSize)..], source);
        return length;
    }

    // | header | 0009 | 4 | 00000414 | 000A | 2n | n numbers, padded with zeros | FINGERPRINT |
    internal static int UnknownAttributes(
        Span<byte> answer, ReadOnlySpan<byte> request, in UnknownAttributeList unknown, bool fingerprint)
    {
        const int List = StunHeader.Size + ErrorSize;
        var end = List + StunAttributeReader.HeaderSize + ((2 * unknown.Count + 3) & ~3);
        Header(answer, request, StunHeader.BindingError, end + (fingerprint ? StunFingerprint.Size : 0));
        AttributeHeader(answer[StunHeader.Size..], StunAttribute.ErrorCode, 4);
        BinaryPrimitives.WriteUInt32BigEndian(answer[(StunHeader.Size + 4)..], UnknownAttributeError);
        AttributeHeader(answer[List..], StunAttribute.UnknownAttributes, 2 * unknown.Count);
        var numbers = answer[(List + StunAttributeReader.HeaderSize)..end];
        numbers.Clear();
        for (var i = 0; i < unknown.Count; i++) BinaryPrimitives.WriteUInt16BigEndian(numbers[(2 * i)..], unknown[i]);
        return fingerprint ? StunFingerprint.Append(answer, end) : end;
    }

    private static int SizeOf(in TransportAddress address) =>
        address.Family == 0 ? 0 : StunAttributeReader.HeaderSize + StunAddressCodec.SizeOf(address.Family);

    private static int Address(Span<byte> destination, ushort attribute, in TransportAddress address)
    {
        if (address.Family == 0) return 0;
        AttributeHeader(destination, attribute, StunAddressCodec.SizeOf(address.Family));
        StunAddressCodec.Write(destination[StunAttributeReader.HeaderSize..], address);
        return SizeOf(address);
    }

    private static int AddressHeader(
        Span<byte> answer, ReadOnlySpan<byte> request, StunAddressFamily family, ushort attribute, int extra)
    {
        var size = StunAddressCodec.SizeOf(family);
        var length = StunHeader.Size + StunAttributeReader.HeaderSize + size;
        Header(answer, request, StunHeader.BindingSuccess, length + extra);
        AttributeHeader(answer[StunHeader.Size..], attribute, size);
        return length;
    }

    private static void Header(Span<byte> answer, ReadOnlySpan<byte> request, ushort type, int total)
    {
        StunHeader.Write(answer, type, total - StunHeader.Size);
        request[4..StunHeader.Size].CopyTo(answer[4..]);
    }

    private static void AttributeHeader(Span<byte> destination, ushort type, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(destination, type);
    }
}
