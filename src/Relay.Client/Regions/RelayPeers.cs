using System.Collections.Concurrent;
using Relay.Protocol.Keys;

namespace Relay.Client.Regions;

/// <summary>
/// The peers that were added, and as many others as there is room for. Those are kept in two generations: found in the old
/// one, a peer moves to the new one; when the new one is half of the room it becomes the old one, and what was not used for so
/// long is forgotten. Looking up takes no lock, and a flood of strange keys costs a bounded amount of memory.
/// </summary>
internal sealed class RelayPeers(RegionLinks links, int room)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<NodeKey, RelayPeer> _added = new();
    private volatile ConcurrentDictionary<NodeKey, RelayPeer> _young = new(), _old = new();
    private int _count;

    /// <summary>Peers that are remembered without having been added; for tests.</summary>
    internal int Learned => _young.Count + _old.Count;

    internal RelayPeer Get(NodeKey key)
    {
        if (_young.TryGetValue(key, out var peer) || _added.TryGetValue(key, out peer)) return peer;
        if (!_old.TryGetValue(key, out peer)) peer = new RelayPeer(key, links);
        return Remember(peer);
    }

    internal RelayPeer? Find(NodeKey key) =>
        _added.TryGetValue(key, out var peer) || _young.TryGetValue(key, out peer) || _old.TryGetValue(key, out peer) ? peer : null;

    internal RelayPeer Add(NodeKey key)
    {
        lock (_gate)
        {
            var peer = _added.GetOrAdd(key, Find(key) ?? new RelayPeer(key, links));
            if (_young.TryRemove(key, out _)) _count--;
            _old.TryRemove(key, out _);
            return peer;
        }
    }

    internal void Remove(NodeKey key) => _added.TryRemove(key, out _);

    private RelayPeer Remember(RelayPeer peer)
    {
        lock (_gate)
        {
            if (_added.TryGetValue(peer.Key, out var added)) return added;
            if (_young.TryGetValue(peer.Key, out var there)) return there;
            if (_count >= room / 2) (_old, _young, _count) = (_young, new(), 0);
            _young[peer.Key] = peer;
            _count++;
            return peer;
        }
    }
}
