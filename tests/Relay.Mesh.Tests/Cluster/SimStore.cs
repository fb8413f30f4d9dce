using Relay.Mesh.Cluster;
using Relay.Protocol.Keys;

namespace Relay.Mesh.Tests.Cluster;

/// <summary>What the scripts in Redis do, in a few lines.</summary>
internal sealed class SimStore
{
    private readonly Dictionary<NodeKey, (RelayId Relay, long Since)> _places = [];
    private readonly HashSet<RelayId> _members = [];

    public bool Available { get; set; } = true;

    public IEnumerable<RelayId> Members => _members;

    public IReadOnlyDictionary<NodeKey, (RelayId Relay, long Since)> Places => _places;

    public void Join(SimRelay relay) => _members.Add(relay.Id);

    public void Leave(SimRelay relay) => _members.Remove(relay.Id);

    public void Flush()
    {
        _places.Clear();
        _members.Clear();
    }

    public RelayId? Find(NodeKey key) => _places.TryGetValue(key, out var place) ? place.Relay : null;

    /// <summary>Applies an update; true when all are to be told, and the relay that stands against it.</summary>
    public (bool Tell, RelayId? Stands) Update(RelayId relay, NodeKey key, long? since)
    {
        var had = _places.TryGetValue(key, out var place);
        if (since is not { } claimed) return (had && place.Relay == relay && _places.Remove(key), null);
        if (had && place.Relay != relay && place.Since > claimed && _members.Contains(place.Relay)) return (false, place.Relay);
        _places[key] = (relay, claimed);
        return (!had || place.Relay != relay, null);
    }
}
