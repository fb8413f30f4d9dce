using Relay.Paths.Disco;

namespace Relay.Paths.Peers;

/// <summary>
/// Which peers use a disco key. Usually one; but a peer may name another's key as its own, and must not get the other's
/// messages by that: each of them looks whether a message is for it.
/// </summary>
internal sealed class DiscoKeyIndex
{
    private readonly Dictionary<DiscoKey, Peer[]> _peers = [];

    /// <summary>The peers at this moment; the array is never changed.</summary>
    internal ReadOnlySpan<Peer> Find(DiscoKey key) => _peers.GetValueOrDefault(key);

    internal void Add(DiscoKey key, Peer peer) => _peers[key] = [.. _peers.GetValueOrDefault(key, []), peer];

    internal void Remove(DiscoKey key, Peer peer)
    {
        if (!_peers.TryGetValue(key, out var peers)) return;
        if (peers.Length == 1 && peers[0] == peer) _peers.Remove(key);
        else _peers[key] = [.. peers.Where(other => other != peer)];
    }
}
