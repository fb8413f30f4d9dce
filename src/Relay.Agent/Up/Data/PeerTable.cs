using System.Collections.Frozen;
using Relay.Protocol.Keys;

namespace Relay.Agent.Up.Data;

/// <summary>All peers. Looked at by every packet thread, changed rarely: replaced as a whole.</summary>
internal sealed class PeerTable
{
    private readonly Lock _gate = new();
    private volatile FrozenDictionary<NodeKey, PeerLink> _peers = FrozenDictionary<NodeKey, PeerLink>.Empty;

    internal IReadOnlyList<PeerLink> All => _peers.Values;

    internal PeerLink? Find(NodeKey key) => _peers.GetValueOrDefault(key);

    internal void Add(PeerLink link)
    {
        lock (_gate) _peers = _peers.Append(KeyValuePair.Create(link.Key, link)).ToFrozenDictionary();
    }

    internal void Remove(NodeKey key)
    {
        lock (_gate) _peers = _peers.Where(p => p.Key != key).ToFrozenDictionary();
    }
}
