using System.Buffers.Binary;

namespace Relay.Protocol.Frames;

/// <summary>What a packet looks like from outside: all that a relay can know, and all it needs to choose a lane.</summary>
public enum PacketKind : byte
{
    /// <summary>Neither of the others.</summary>
    Other,

    /// <summary>WireGuard transport data (type 4).</summary>
    WireGuardData,

    /// <summary>WireGuard handshake initiation, response or cookie reply (types 1 to 3).</summary>
    WireGuardHandshake,

    /// <summary>A disco message: magic, sender's disco key, nonce, box (spec/derp.md 10.2).</summary>
    Disco,
}

/// <summary>Tells packets apart by their first bytes and their length.</summary>
public static class PacketKinds
{
    private const int DiscoHeader = 6 + 32 + 24;

    // Read little endian, as WireGuard writes it: the type, then three reserved zero bytes.
    private const uint Initiation = 1, Response = 2, CookieReply = 3, TransportData = 4;

    private static ReadOnlySpan<byte> DiscoMagic => "TS💬"u8;

    /// <summary>Classifies one packet. Looks at no more than its first six bytes and its length.</summary>
    public static PacketKind Classify(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 32) return PacketKind.Other;
        switch (BinaryPrimitives.ReadUInt32LittleEndian(packet))
        {
            case TransportData: return PacketKind.WireGuardData;
            case Initiation when packet.Length == 148:
            case Response when packet.Length == 92:
            case CookieReply when packet.Length == 64: return PacketKind.WireGuardHandshake;
            default: return packet.Length >= DiscoHeader && packet.StartsWith(DiscoMagic) ? PacketKind.Disco : PacketKind.Other;
        }
    }
}
