using System.Buffers.Binary;
using System.Net;
using System.Text;
using Relay.Protocol.Keys;

namespace Relay.Protocol.Frames;

/// <summary>
/// Writes whole frames, header included, to the start of a span and returns how many bytes that took. The span must be
/// large enough: each method says how large. Layouts: spec/derp.md 7.2 and 9.
/// </summary>
public static class FrameWriter
{
    /// <summary>Bytes of a SendPacket or RecvPacket frame besides the packet.</summary>
    public const int PacketOverhead = FrameHeader.Size + NodeKey.Size;

    /// <summary>Bytes of a ForwardPacket frame besides the packet.</summary>
    public const int ForwardOverhead = FrameHeader.Size + 2 * NodeKey.Size;

    /// <summary>Bytes of a Ping or Pong frame as written here.</summary>
    public const int PingSize = FrameHeader.Size + 8;

    /// <summary>Bytes of a PeerGone frame.</summary>
    public const int PeerGoneSize = FrameHeader.Size + NodeKey.Size + 1;

    /// <summary>Bytes of a PeerPresent frame. (The reference's comment says 41 bytes of payload; its code sends 51.)</summary>
    public const int PeerPresentSize = FrameHeader.Size + NodeKey.Size + 16 + 2 + 1;

    /// <summary>Bytes of a Restarting frame.</summary>
    public const int RestartingSize = FrameHeader.Size + 8;

    // | type | length (4) | key (32) | packet |
    /// <summary>SendPacket, client to relay: 37 bytes and the packet.</summary>
    public static int SendPacket(Span<byte> destination, NodeKey to, ReadOnlySpan<byte> packet) =>
        Packet(destination, FrameType.SendPacket, to, packet);

    /// <summary>RecvPacket, relay to client, protocol version 2: 37 bytes and the packet.</summary>
    public static int RecvPacket(Span<byte> destination, NodeKey from, ReadOnlySpan<byte> packet) =>
        Packet(destination, FrameType.RecvPacket, from, packet);

    // | 0x0A | length (4) | source (32) | destination (32) | packet |
    /// <summary>ForwardPacket, mesh peer to relay: 69 bytes and the packet.</summary>
    public static int ForwardPacket(Span<byte> destination, NodeKey from, NodeKey to, ReadOnlySpan<byte> packet)
    {
        CheckPacket(packet);
        FrameHeader.Write(destination, FrameType.ForwardPacket, 2 * NodeKey.Size + packet.Length);
        from.CopyTo(destination[FrameHeader.Size..]);
        to.CopyTo(destination[PacketOverhead..]);
        packet.CopyTo(destination[ForwardOverhead..]);
        return ForwardOverhead + packet.Length;
    }

    /// <summary>KeepAlive, relay to client: 5 bytes.</summary>
    public static int KeepAlive(Span<byte> destination) => Empty(destination, FrameType.KeepAlive);

    /// <summary>WatchConns, mesh peer to relay: 5 bytes.</summary>
    public static int WatchConns(Span<byte> destination) => Empty(destination, FrameType.WatchConns);

    /// <summary>NotePreferred, client to relay: 6 bytes.</summary>
    public static int NotePreferred(Span<byte> destination, bool preferred)
    {
        FrameHeader.Write(destination, FrameType.NotePreferred, 1);
        destination[FrameHeader.Size] = preferred ? (byte)1 : (byte)0;
        return FrameHeader.Size + 1;
    }

    /// <summary>ClosePeer, mesh peer to relay: 37 bytes.</summary>
    public static int ClosePeer(Span<byte> destination, NodeKey peer)
    {
        FrameHeader.Write(destination, FrameType.ClosePeer, NodeKey.Size);
        peer.CopyTo(destination[FrameHeader.Size..]);
        return FrameHeader.Size + NodeKey.Size;
    }

    // | 0x08 | length (4) | key (32) | reason |
    /// <summary>PeerGone, relay to client: <see cref="PeerGoneSize"/> bytes.</summary>
    public static int PeerGone(Span<byte> destination, NodeKey peer, PeerGoneReason reason)
    {
        FrameHeader.Write(destination, FrameType.PeerGone, NodeKey.Size + 1);
        peer.CopyTo(destination[FrameHeader.Size..]);
        destination[FrameHeader.Size + NodeKey.Size] = (byte)reason;
        return PeerGoneSize;
    }

    // | 0x09 | length (4) | key (32) | IPv6 or mapped IPv4 address (16) | port (2) | flags |
    /// <summary>PeerPresent, relay to watcher: <see cref="PeerPresentSize"/> bytes. A null address is written as all zero.</summary>
    public static int PeerPresent(Span<byte> destination, NodeKey peer, IPEndPoint? address, PeerPresence flags)
    {
        FrameHeader.Write(destination, FrameType.PeerPresent, PeerPresentSize - FrameHeader.Size);
        peer.CopyTo(destination[FrameHeader.Size..]);
        var rest = destination[PacketOverhead..];
        rest[..18].Clear();
        if (address is not null)
        {
            address.Address.MapToIPv6().TryWriteBytes(rest, out _);
            BinaryPrimitives.WriteUInt16BigEndian(rest[16..], (ushort)address.Port);
        }

        rest[18] = (byte)flags;
        return PeerPresentSize;
    }

    /// <summary>Ping, either way: <see cref="PingSize"/> bytes. <paramref name="data"/> has eight.</summary>
    public static int Ping(Span<byte> destination, ReadOnlySpan<byte> data) => Eight(destination, FrameType.Ping, data);

    /// <summary>Pong, either way: <see cref="PingSize"/> bytes. <paramref name="data"/> has eight.</summary>
    public static int Pong(Span<byte> destination, ReadOnlySpan<byte> data) => Eight(destination, FrameType.Pong, data);

    /// <summary>Health, relay to client: 5 bytes and the text in UTF-8; an empty text clears it.</summary>
    public static int Health(Span<byte> destination, string problem)
    {
        var length = Encoding.UTF8.GetBytes(problem, destination[FrameHeader.Size..]);
        FrameHeader.Write(destination, FrameType.Health, length);
        return FrameHeader.Size + length;
    }

    // | 0x15 | length (4) | reconnect in, ms (4) | try for, ms (4) |
    /// <summary>Restarting, relay to client: <see cref="RestartingSize"/> bytes. Both times are sent in whole milliseconds.</summary>
    public static int Restarting(Span<byte> destination, TimeSpan reconnectIn, TimeSpan tryFor)
    {
        FrameHeader.Write(destination, FrameType.Restarting, 8);
        BinaryPrimitives.WriteUInt32BigEndian(destination[FrameHeader.Size..], (uint)reconnectIn.TotalMilliseconds);
        BinaryPrimitives.WriteUInt32BigEndian(destination[(FrameHeader.Size + 4)..], (uint)tryFor.TotalMilliseconds);
        return RestartingSize;
    }

    private static int Packet(Span<byte> destination, FrameType type, NodeKey key, ReadOnlySpan<byte> packet)
    {
        CheckPacket(packet);
        FrameHeader.Write(destination, type, NodeKey.Size + packet.Length);
        key.CopyTo(destination[FrameHeader.Size..]);
        packet.CopyTo(destination[PacketOverhead..]);
        return PacketOverhead + packet.Length;
    }

    private static int Empty(Span<byte> destination, FrameType type)
    {
        FrameHeader.Write(destination, type, 0);
        return FrameHeader.Size;
    }

    private static int Eight(Span<byte> destination, FrameType type, ReadOnlySpan<byte> data)
    {
        FrameHeader.Write(destination, type, 8);
        data[..8].CopyTo(destination[FrameHeader.Size..]);
        return PingSize;
    }

    private static void CheckPacket(ReadOnlySpan<byte> packet)
    {
        if (packet.Length > FrameLimits.MaxPacket)
            throw new ArgumentException($"a packet has at most {FrameLimits.MaxPacket} bytes, not {packet.Length}", nameof(packet));
    }
}
