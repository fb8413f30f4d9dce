using System.Buffers.Binary;
using System.Net;
using Relay.Protocol.Keys;

namespace Relay.Protocol.Frames;

/// <summary>
/// Reads the payloads of frames. Each method returns false for a payload shorter than its type allows; bytes beyond
/// what is known are ignored, as the reference does. Layouts: spec/derp.md 7.2 and 9.
/// </summary>
public static class FramePayload
{
    /// <summary>SendPacket (key = destination) and RecvPacket (key = source).</summary>
    public static bool TryReadPacket(ReadOnlySpan<byte> payload, out NodeKey key, out ReadOnlySpan<byte> packet)
    {
        if (payload.Length < NodeKey.Size)
        {
            key = default;
            packet = default;
            return false;
        }

        key = new NodeKey(payload[..NodeKey.Size]);
        packet = payload[NodeKey.Size..];
        return true;
    }

    /// <summary>ForwardPacket: source, destination, packet.</summary>
    public static bool TryReadForward(ReadOnlySpan<byte> payload, out NodeKey source, out NodeKey destination, out ReadOnlySpan<byte> packet)
    {
        if (payload.Length < 2 * NodeKey.Size)
        {
            source = destination = default;
            packet = default;
            return false;
        }

        source = new NodeKey(payload[..NodeKey.Size]);
        return TryReadPacket(payload[NodeKey.Size..], out destination, out packet);
    }

    /// <summary>PeerGone. A payload without a reason means <see cref="PeerGoneReason.Disconnected"/>.</summary>
    public static bool TryReadPeerGone(ReadOnlySpan<byte> payload, out NodeKey peer, out PeerGoneReason reason)
    {
        reason = default;
        if (!TryReadPacket(payload, out peer, out var rest)) return false;
        if (!rest.IsEmpty) reason = (PeerGoneReason)rest[0];
        return true;
    }

    /// <summary>PeerPresent. No address is read from fewer than 18 bytes after the key, no flags where their byte is missing.</summary>
    public static bool TryReadPeerPresent(ReadOnlySpan<byte> payload, out NodeKey peer, out IPEndPoint? address, out PeerPresence flags)
    {
        (address, flags) = (null, PeerPresence.None);
        if (!TryReadPacket(payload, out peer, out var rest)) return false;
        if (rest.Length < 18) return true;

        var ip = new IPAddress(rest[..16]);
        if (ip.IsIPv4MappedToIPv6) ip = ip.MapToIPv4();
        if (!ip.Equals(IPAddress.IPv6Any)) address = new IPEndPoint(ip, BinaryPrimitives.ReadUInt16BigEndian(rest[16..]));
        if (rest.Length > 18) flags = (PeerPresence)rest[18];
        return true;
    }

    /// <summary>Ping and Pong: the first eight bytes, as a number that is only ever compared.</summary>
    public static bool TryReadPing(ReadOnlySpan<byte> payload, out ulong data) => BinaryPrimitives.TryReadUInt64BigEndian(payload, out data);

    /// <summary>Restarting: how long to wait, then how long to keep trying.</summary>
    public static bool TryReadRestarting(ReadOnlySpan<byte> payload, out TimeSpan reconnectIn, out TimeSpan tryFor)
    {
        (reconnectIn, tryFor) = (default, default);
        if (payload.Length < 8) return false;
        reconnectIn = TimeSpan.FromMilliseconds(BinaryPrimitives.ReadUInt32BigEndian(payload));
        tryFor = TimeSpan.FromMilliseconds(BinaryPrimitives.ReadUInt32BigEndian(payload[4..]));
        return true;
    }
}
