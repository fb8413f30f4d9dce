using Relay.Paths.Tests.Simulation;
using Relay.Stun.Messages;

namespace Relay.Paths.Tests;

/// <summary>Which of several paths is taken, by where the two nodes are.</summary>
public sealed class PlacesTests
{
    [Fact]
    public void TwoBehindOneNat_UseTheLan()
    {
        var network = new SimNetwork(1);
        var nat = new SimNat(network, "203.0.113.21", NatClass.Symmetric);
        network.Attach(nat.Public, nat);
        using var a = new SimNode(network, "A", nat, SimNetwork.At("192.168.1.2", 41641));
        using var b = new SimNode(network, "B", nat, SimNetwork.At("192.168.1.3", 41641));
        Connect(network, a, b);
        Assert.Equal(PathRoute.To(b.Addresses[0]), a.PathTo(b).Route);
        Assert.Equal(PathRoute.To(a.Addresses[0]), b.PathTo(a).Route);
    }

    [Fact]
    public void TwoWithBothFamilies_UseIPv6()
    {
        var network = new SimNetwork(1);
        using var a = new SimNode(network, "A", nat: null, SimNetwork.At("203.0.113.1", 41641), SimNetwork.At("2001:db8::a", 41641));
        using var b = new SimNode(network, "B", nat: null, SimNetwork.At("203.0.113.2", 41641), SimNetwork.At("2001:db8::b", 41641));
        Connect(network, a, b);
        Assert.Equal(StunAddressFamily.IPv6, a.PathTo(b).Route.Direct.Family);
        Assert.Equal(StunAddressFamily.IPv6, b.PathTo(a).Route.Direct.Family);
    }

    [Fact]
    public void OneWithIPv4Only_AndOneWithBoth_UseIPv4()
    {
        var network = new SimNetwork(1);
        using var a = new SimNode(network, "A", nat: null, SimNetwork.At("203.0.113.1", 41641));
        using var b = new SimNode(network, "B", nat: null, SimNetwork.At("203.0.113.2", 41641), SimNetwork.At("2001:db8::b", 41641));
        Connect(network, a, b);
        Assert.Equal(PathRoute.To(b.Addresses[0]), a.PathTo(b).Route);
    }

    [Fact]
    public void Family_ThatEatsFullSizedPackets_IsNotUsedThoughPreferred()
    {
        var network = new SimNetwork(1);
        using var a = new SimNode(network, "A", nat: null, SimNetwork.At("203.0.113.1", 41641), SimNetwork.At("2001:db8::a", 41641));
        using var b = new SimNode(network, "B", nat: null, SimNetwork.At("203.0.113.2", 41641), SimNetwork.At("2001:db8::b", 41641));
        network.Drop = (from, _, datagram) => from.Family == StunAddressFamily.IPv6 && datagram.Length > 1400;
        Connect(network, a, b);
        Assert.Equal(PathRoute.To(b.Addresses[0]), a.PathTo(b).Route);
        Assert.DoesNotContain(a.Changes, change => change.Change.To.Direct.Family == StunAddressFamily.IPv6);
    }

    [Fact]
    public void TwoPathsAlike_ForAnHour_AreNotTakenInTurns()
    {
        var network = new SimNetwork(1) { Delay = TimeSpan.FromMilliseconds(20), Jitter = TimeSpan.FromMilliseconds(20), Loss = 0.02 };
        using var a = new SimNode(network, "A", nat: null, SimNetwork.At("203.0.113.1", 41641));
        using var b = new SimNode(network, "B", nat: null, SimNetwork.At("203.0.113.2", 41641), SimNetwork.At("203.0.113.3", 41641));
        Connect(network, a, b);
        network.Run(3600);
        Assert.InRange(a.Changes.Count(change => change.Change.IsMove), 1, 4);
    }

    [Fact]
    public void MovedMachine_NamesNoneOfItsOldAddresses()
    {
        using var pair = new SimPair(1, NatClass.PortRestricted, NatClass.PortRestricted);
        pair.StartFlows();
        Assert.NotNull(pair.RunUntil(() => pair.BothDirect, 5));
        var old = new[] { pair.NatA.Public, pair.A.Addresses[0].WithPort(0) };
        var other = new SimNat(pair.Network, "203.0.113.33", NatClass.PortRestricted);
        pair.Network.Attach(other.Public, other);
        pair.A.Move(other, SimNetwork.At("10.9.0.7", 41641));
        pair.Network.Run(5);
        pair.B.SentTo.Clear();
        pair.Network.Run(60);
        Assert.NotEmpty(pair.B.SentTo);
        Assert.DoesNotContain(pair.B.SentTo, to => old.Contains(to.WithPort(0)));
    }

    [Fact]
    public void PortMapping_TurnsTwoSymmetricNatsDirect()
    {
        using var pair = new SimPair(1, NatClass.Symmetric, NatClass.Symmetric);
        pair.StartFlows();
        pair.Network.Run(10);
        Assert.False(pair.BothDirect);
        pair.A.PortMappings.Add(pair.NatA.Open(pair.A.Addresses[0]));
        pair.A.Start();
        Assert.NotNull(pair.RunUntil(() => pair.BothDirect, 2));
    }

    [Fact]
    public void BetterPath_AppearingLater_IsFoundWithinTheSearchPeriod()
    {
        using var pair = new SimPair(1, NatClass.PortRestricted, NatClass.PortRestricted);
        pair.Network.Delay = TimeSpan.FromMilliseconds(40);
        pair.StartFlows();
        Assert.NotNull(pair.RunUntil(() => pair.BothDirect, 5));
        var quick = pair.NatB.Open(pair.B.Addresses[0]);
        pair.Network.Faster = (_, to) => to == quick;
        pair.B.PortMappings.Add(quick);
        pair.B.Start();
        Assert.NotNull(pair.RunUntil(() => pair.A.PathTo(pair.B).Route == PathRoute.To(quick), 65));
    }

    [Fact]
    public void Address_SaidToBeUnreachable_IsLeftAtOnce()
    {
        using var pair = new SimPair(1, NatClass.PortRestricted, NatClass.PortRestricted);
        var (ab, _) = pair.StartFlows();
        Assert.NotNull(pair.RunUntil(() => pair.BothDirect, 5));
        var address = pair.A.PathTo(pair.B).Route.Direct;
        pair.Network.Drop = (from, to, _) => !pair.Network.Stun.Contains(from) && !pair.Network.Stun.Contains(to);
        pair.A.Engine.OnUnreachable(pair.Network.Now, address);
        pair.A.Arm();
        Assert.Equal(PathRoute.Relay, pair.A.PathTo(pair.B).Route);
        pair.Network.Run(10);
        Assert.InRange(ab.LongestHole().TotalMilliseconds, 0, 150);
    }

    [Fact]
    public void RemovedPeer_IsForgottenWithItsAddresses()
    {
        using var pair = new SimPair(1, NatClass.PortRestricted, NatClass.PortRestricted);
        var (ab, ba) = pair.StartFlows();
        Assert.NotNull(pair.RunUntil(() => pair.BothDirect, 5));
        var address = pair.A.PathTo(pair.B).Route.Direct;
        ab.Stop();
        ba.Stop();
        pair.A.Engine.RemovePeer(pair.B.Key);
        Assert.Null(pair.A.Engine.PeerAt(address));
        Assert.Empty(pair.A.Engine.Peers);
        pair.Network.Run(60);
    }

    private static void Connect(SimNetwork network, SimNode a, SimNode b)
    {
        a.Add(b);
        b.Add(a);
        a.Start();
        b.Start();
        SimFlow.Start(a, b);
        SimFlow.Start(b, a);
        network.Run(5);
    }
}
