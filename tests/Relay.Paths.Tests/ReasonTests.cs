using Relay.Paths.Tests.Simulation;

namespace Relay.Paths.Tests;

/// <summary>Why a pair is relayed, as its two ends see it.</summary>
public sealed class ReasonTests
{
    [Theory]
    [InlineData(NatClass.FullCone, NatClass.PortRestricted, RelayReason.None, RelayReason.None)]
    [InlineData(NatClass.Symmetric, NatClass.Symmetric, RelayReason.SymmetricNatOnBothSides, RelayReason.SymmetricNatOnBothSides)]
    [InlineData(NatClass.SymmetricByAddress, NatClass.Symmetric, RelayReason.SymmetricNatOnBothSides, RelayReason.SymmetricNatOnBothSides)]
    [InlineData(NatClass.Symmetric, NatClass.PortRestricted, RelayReason.SymmetricNatHere, RelayReason.SymmetricNatThere)]
    [InlineData(NatClass.Blocked, NatClass.FullCone, RelayReason.UdpBlockedHere, RelayReason.UdpBlockedThere)]
    [InlineData(NatClass.Blocked, NatClass.Blocked, RelayReason.UdpBlockedHere, RelayReason.UdpBlockedHere)]
    public void Pair_ByItsNats_NamesTheReason(NatClass left, NatClass right, RelayReason here, RelayReason there)
    {
        using var pair = new SimPair(1, left, right);
        pair.StartFlows();
        pair.Network.Run(8);
        Assert.Equal((here, there), (pair.A.Status(pair.B).Reason, pair.B.Status(pair.A).Reason));
    }

    [Fact]
    public void Peer_BeforeTraffic_HasNoneToGive()
    {
        using var pair = new SimPair(1, NatClass.FullCone, NatClass.FullCone);
        Assert.Equal(RelayReason.NoTraffic, pair.A.Status(pair.B).Reason);
    }

    [Fact]
    public void Peer_NotConnectedToTheRelay_IsSaidToBe()
    {
        using var pair = new SimPair(1, NatClass.FullCone, NatClass.FullCone);
        pair.Network.Relay.Detach(pair.B);
        SimFlow.Start(pair.A, pair.B);
        pair.Network.Run(1);
        Assert.Equal(RelayReason.PeerNotConnected, pair.A.Status(pair.B).Reason);
        pair.Network.Relay.Attach(pair.B);
        SimFlow.Start(pair.B, pair.A);
        pair.Network.Run(3);
        Assert.Equal(RelayReason.None, pair.A.Status(pair.B).Reason);
    }

    [Theory]
    [InlineData(true, RelayReason.PeerWithoutAgent)]
    [InlineData(false, RelayReason.PeerSilent)]
    public void Peer_WithoutAnAgent_IsToldFromASilentOne(bool sendsData, RelayReason reason)
    {
        using var pair = new SimPair(1, NatClass.FullCone, NatClass.FullCone);
        pair.B.Intercept = (_, packet) => PathEngine.IsControl(packet);
        pair.A.Intercept = (_, packet) => PathEngine.IsControl(packet);
        SimFlow.Start(pair.A, pair.B);
        if (sendsData) SimFlow.Start(pair.B, pair.A);
        Assert.Equal(RelayReason.Searching, pair.A.Status(pair.B).Reason);
        pair.Network.Run(6);
        Assert.Equal(reason, pair.A.Status(pair.B).Reason);
    }

    [Fact]
    public void Families_WithoutACommonOne_AreSaidToBe()
    {
        var network = new SimNetwork(1);
        using var four = new SimNode(network, "4", nat: null, SimNetwork.At("203.0.113.1", 41641));
        using var six = new SimNode(network, "6", nat: null, SimNetwork.At("2001:db8::6", 41641));
        AssertRelayedBecause(network, four, six, RelayReason.NoCommonAddressFamily);
    }

    [Fact]
    public void Node_WithoutNetwork_SaysSo()
    {
        var network = new SimNetwork(1);
        using var here = new SimNode(network, "here", nat: null);
        using var there = new SimNode(network, "there", nat: null, SimNetwork.At("203.0.113.1", 41641));
        AssertRelayedBecause(network, here, there, RelayReason.NoNetworkHere);
    }

    private static void AssertRelayedBecause(SimNetwork network, SimNode one, SimNode other, RelayReason reason)
    {
        one.Add(other);
        other.Add(one);
        one.Start();
        other.Start();
        SimFlow.Start(one, other);
        SimFlow.Start(other, one);
        network.Run(8);
        Assert.Equal(reason, one.Status(other).Reason);
    }
}
