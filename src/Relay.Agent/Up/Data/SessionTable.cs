using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Relay.Agent.Up.Data;

/// <summary>
/// Which peer a WireGuard packet from an unknown address is of: it carries the index that our WireGuard chose for the session,
/// and had told that peer in its handshake. So a peer whose NAT gave it a new address is heard before it is probed. A guess
/// at an index gets a packet as far as WireGuard, which throws it away.
/// </summary>
internal sealed class SessionTable
{
    // WireGuard keeps three sessions a peer: previous, current, next.
    private const int PerPeer = 4;

    private const uint Initiation = 1, Response = 2, Cookie = 3, Data = 4;

    private readonly ConcurrentDictionary<uint, PeerLink> _peers = new();
    private readonly ConcurrentDictionary<PeerLink, uint[]> _indices = new();

    /// <summary>Looks at a packet that our WireGuard sends to <paramref name="peer"/>. On that peer's thread.</summary>
    internal void Note(PeerLink peer, ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 12 || packet[0] is not ((byte)Initiation or (byte)Response)) return;
        var own = BinaryPrimitives.ReadUInt32LittleEndian(packet[4..]);
        var ring = _indices.GetOrAdd(peer, static _ => new uint[PerPeer]);
        if (ring.Contains(own)) return;
        _peers.TryRemove(new KeyValuePair<uint, PeerLink>(ring[^1], peer));
        Array.Copy(ring, 0, ring, 1, PerPeer - 1);
        ring[0] = own;
        _peers[own] = peer;
    }

    /// <summary>The peer that a packet from outside belongs to; null when it cannot be told.</summary>
    internal PeerLink? Find(ReadOnlySpan<byte> packet) => packet.Length < 12 ? null : BinaryPrimitives.ReadUInt32LittleEndian(packet) switch
    {
        Data or Cookie => _peers.GetValueOrDefault(BinaryPrimitives.ReadUInt32LittleEndian(packet[4..])),
        Response => _peers.GetValueOrDefault(BinaryPrimitives.ReadUInt32LittleEndian(packet[8..])),
        _ => null,
    };

    internal void Forget(PeerLink peer)
    {
        if (!_indices.TryRemove(peer, out var ring)) return;
        foreach (var index in ring) _peers.TryRemove(new KeyValuePair<uint, PeerLink>(index, peer));
    }
}
