using System.Buffers.Binary;

namespace Relay.Agent.Ping;

/// <summary>
/// What <c>relay ping</c> sends and <c>relay ping --listen</c> sends back. It looks like nothing else on a relay: neither
/// WireGuard nor a discovery message begins with this magic.
/// </summary>
internal static class EchoPacket
{
    internal const int HeaderSize = 8 + 1 + 4;

    private const byte Request = 1;
    private const byte Reply = 2;

    private static ReadOnlySpan<byte> Magic => "RelayPng"u8;

    // | magic (8) | 1 request, 2 reply | number (4, big endian) | padding |
    internal static byte[] MakeRequest(int number, int size)
    {
        var packet = new byte[Math.Max(size, HeaderSize)];
        Magic.CopyTo(packet);
        packet[8] = Request;
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(9), number);
        return packet;
    }

    /// <summary>The reply to a request, of the same size; null when the packet is no request.</summary>
    internal static byte[]? MakeReply(ReadOnlySpan<byte> packet)
    {
        if (!Is(packet, Request)) return null;
        var reply = packet.ToArray();
        reply[8] = Reply;
        return reply;
    }

    internal static bool TryReadReply(ReadOnlySpan<byte> packet, out int number)
    {
        number = 0;
        if (!Is(packet, Reply)) return false;
        number = BinaryPrimitives.ReadInt32BigEndian(packet[9..]);
        return true;
    }

    private static bool Is(ReadOnlySpan<byte> packet, byte type) => packet.Length >= HeaderSize && packet.StartsWith(Magic) && packet[8] == type;
}
