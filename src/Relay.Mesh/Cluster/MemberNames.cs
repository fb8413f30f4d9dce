using Relay.Protocol.Keys;
using Relay.Server.Mesh;

namespace Relay.Mesh.Cluster;

/// <summary>Members as links know them, each with a name of its own whatever the operators called them.</summary>
internal static class MemberNames
{
    public static Dictionary<RelayId, MeshMember> Of(IReadOnlyDictionary<RelayId, ClusterMember> members)
    {
        var uses = members.Values.CountBy(member => member.Node).ToDictionary();
        return members.ToDictionary(m => m.Key, m => new MeshMember
        {
            Name = uses[m.Value.Node] == 1 ? m.Value.Node : $"{m.Value.Node} {m.Value.Address}:{m.Value.Port}",
            Host = m.Value.Host,
            Port = m.Value.Port,
            Address = m.Value.Address,
            Pin = m.Value.Pin,
            Key = NodeKey.TryParseHex(m.Value.Key, out var key) ? key : default,
            PlainHttp = m.Value.Plain,
        });
    }
}
