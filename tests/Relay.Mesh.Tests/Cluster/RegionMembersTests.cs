using Relay.Mesh.Cluster;
using Relay.Protocol.Keys;

namespace Relay.Mesh.Tests.Cluster;

public sealed class RegionMembersTests
{
    private static readonly RelayId Self = new(1), A = new(2), B = new(3);

    private readonly RegionMembers _members = new(Self);

    [Fact]
    public void Update_TellsOnlyWhatHasChanged()
    {
        var member = Member("a");
        Assert.True(_members.Update(new Dictionary<RelayId, ClusterMember> { [Self] = Member("self"), [A] = member }, _ => false));
        Assert.False(_members.Update(new Dictionary<RelayId, ClusterMember> { [A] = member with { Clients = 7 } }, _ => false));
        Assert.Equal(7, Assert.Single(_members.Neighbours).Clients);
        Assert.True(_members.Update(new Dictionary<RelayId, ClusterMember> { [A] = member with { Port = 444 } }, _ => false));
        Assert.Equal(444, Assert.Single(_members.Links).Port);
        Assert.True(_members.Update(new Dictionary<RelayId, ClusterMember>(), _ => false));
        Assert.Empty(_members.Ids);
    }

    [Fact]
    public void MemberThatLostItsStoreOnly_StaysWhileItIsLinked()
    {
        _members.Update(new Dictionary<RelayId, ClusterMember> { [A] = Member("a"), [B] = Member("b") }, _ => false);
        Assert.True(_members.Update(new Dictionary<RelayId, ClusterMember>(), link => link.Name == "a"));
        Assert.Equal([A], _members.Ids);
        Assert.Empty(_members.Neighbours);
    }

    /// <summary>The key is what counts, not how its digits are written.</summary>
    [Fact]
    public void TwoMembersWithOneKey_AreOneRelay()
    {
        Assert.True(_members.Update(new Dictionary<RelayId, ClusterMember> { [A] = Member("a"), [B] = Member("b") with { Key = Member("a").Key.ToUpperInvariant() } }, _ => false));
        Assert.True(NodeKey.TryParseHex(Member("a").Key, out var key));
        Assert.True(_members.TryFind(key, out var relay));
        Assert.Contains(relay, _members.Ids);
        Assert.Equal(2, _members.Ids.Count);
    }

    /// <summary>A relay that has started again is found by the same link.</summary>
    [Fact]
    public void TwoRunsOfOneRelay_AreOneLink()
    {
        _members.Update(new Dictionary<RelayId, ClusterMember> { [A] = Member("a"), [B] = Member("a") }, _ => false);
        var link = Assert.Single(_members.Links);
        Assert.Equal([A, B], _members.RunsOf(link).OrderBy(id => id.Value));
    }

    private static ClusterMember Member(string node) =>
        new(node, "relay.example.com", "192.0.2.1", 443, string.Concat(Enumerable.Repeat(Convert.ToHexStringLower([(byte)node[0]]), 32)), null, Plain: false);
}
