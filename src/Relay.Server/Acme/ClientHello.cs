using System.Buffers.Binary;

namespace Relay.Server.Acme;

/// <summary>Looks for one application protocol (RFC 7301) in a ClientHello (RFC 8446 4.1.2) that comes in one record.</summary>
internal static class ClientHello
{
    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;
    private const ushort ProtocolNegotiation = 16;

    public static HelloVerdict Offers(ReadOnlySpan<byte> data, ReadOnlySpan<byte> protocol)
    {
        if (data.Length > 0 && data[0] != HandshakeRecord) return HelloVerdict.NotOffered;
        if (data.Length < 5) return HelloVerdict.NeedMoreData;
        var length = BinaryPrimitives.ReadUInt16BigEndian(data[3..]);
        if (data.Length < 5 + length) return HelloVerdict.NeedMoreData;
        return TryFindProtocols(data.Slice(5, length), out var protocols) && Lists(protocols, protocol)
            ? HelloVerdict.Offered
            : HelloVerdict.NotOffered;
    }

    private static bool TryFindProtocols(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> protocols)
    {
        protocols = default;
        if (message.Length < 4 + 2 + 32 || message[0] != ClientHelloMessage) return false;
        var rest = message[(4 + 2 + 32)..]; // type and length, version, random
        if (!TryTake(ref rest, 1, out _)) return false; // session
        if (!TryTake(ref rest, 2, out _)) return false; // ciphers
        if (!TryTake(ref rest, 1, out _)) return false; // compressions
        if (!TryTake(ref rest, 2, out var extensions)) return false;
        while (extensions.Length >= 4)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            if (!TryTake(ref extensions, 2, out var extension)) return false;
            if (type == ProtocolNegotiation) return TryTake(ref extension, 2, out protocols);
        }

        return false;
    }

    private static bool Lists(ReadOnlySpan<byte> protocols, ReadOnlySpan<byte> wanted)
    {
        while (TryTake(ref protocols, 1, out var offered))
        {
            if (offered.SequenceEqual(wanted)) return true;
        }

        return false;
    }

    // A length of one or two bytes, and what it measures.
    private static bool TryTake(scoped ref ReadOnlySpan<byte> from, int lengthSize, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (from.Length < lengthSize) return false;
        var length = lengthSize == 1 ? from[0] : BinaryPrimitives.ReadUInt16BigEndian(from);
        if (from.Length - lengthSize < length) return false;
        taken = from.Slice(lengthSize, length);
        from = from[(lengthSize + length)..];
        return true;
    }
}
