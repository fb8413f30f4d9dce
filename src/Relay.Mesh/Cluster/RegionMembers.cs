using Relay.Protocol.Keys;
using Relay.Server.Mesh;

namespace Relay.Mesh.Cluster;

/// <summary>The other relays that live, as the store told last. One loop changes it; what it holds is replaced and may be read by anybody.</summary>
internal sealed class RegionMembers(RelayId self)
{
    private volatile Dictionary<RelayId, MeshMember> _members = [];
    private volatile Dictionary<NodeKey, RelayId> _keys = [];
    private volatile IReadOnlyList<Neighbour> _neighbours = [];

    public IReadOnlyCollection<RelayId> Ids => _members.Keys;

    /// <summary>To link with. Two runs of one relay are one.</summary>
    public IReadOnlyCollection<MeshMember> Links => [.. _members.Values.Distinct()];

    public IReadOnlyList<Neighbour> Neighbours => _neighbours;

    public MeshMember? Find(RelayId? relay) => relay is { } id ? _members.GetValueOrDefault(id) : null;

    /// <summary>The relay with this key.</summary>
    public bool TryFind(NodeKey key, out RelayId relay) => _keys.TryGetValue(key, out relay);

    /// <summary>The runs of the relay that this link leads to.</summary>
    public IEnumerable<RelayId> RunsOf(MeshMember member) => _members.Where(m => m.Value == member).Select(m => m.Key);

    /// <summary>Takes over what was told. True: who there is has changed, or how one is reached.</summary>
    /// <param name="told">Who lives, this relay itself perhaps among them.</param>
    /// <param name="isLinked">Whether a link to this member is up: one that lost its store only is as good as any.</param>
    public bool Update(IReadOnlyDictionary<RelayId, ClusterMember> told, Func<MeshMember, bool> isLinked)
    {
        var others = told.Where(m => m.Key != self).ToDictionary(m => m.Key, m => m.Value);
        _neighbours = [.. others.Values.Select(other => new Neighbour(other.Node, other.Clients))];
        var members = MemberNames.Of(others);
        foreach (var (id, member) in _members)
        {
            if (!members.ContainsKey(id) && !members.ContainsValue(member) && isLinked(member)) members[id] = member;
        }

        if (members.Count == _members.Count && members.All(m => _members.GetValueOrDefault(m.Key) == m.Value)) return false;
        _members = members;
        _keys = members.DistinctBy(m => m.Value.Key).ToDictionary(m => m.Value.Key, m => m.Key);
        return true;
    }
}
