using Relay.Paths.Tests.Simulation;

namespace Relay.Paths.Tests;

/// <summary>Two machines behind one router: they are neighbours, whatever the router makes of their public addresses.</summary>
public sealed class OneNatTests
{
    public static TheoryData<NatClass, bool> Routers()
    {
        var data = new TheoryData<NatClass, bool>();
        foreach (var kind in Enum.GetValues<NatClass>())
        {
            data.Add(kind, true);
            data.Add(kind, false);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Routers))]
    public void Neighbours_WithHairpinningOrWithout_TakeTheirPrivateAddresses(NatClass kind, bool hairpins)
    {
        var network = new SimNetwork(1);
        var nat = new SimNat(network, "203.0.113.21", kind) { Hairpins = hairpins };
        network.Attach(nat.Public, nat);
        using var a = new SimNode(network, "A", nat, SimNetwork.At("10.1.0.2", 41641));
        using var b = new SimNode(network, "B", nat, SimNetwork.At("10.1.0.3", 41641));
        a.Add(b);
        b.Add(a);
        a.Start();
        b.Start();
        network.Run(2);
        var (ab, ba) = (SimFlow.Start(a, b), SimFlow.Start(b, a));
        network.Run(2);
        AssertLocal(a, b);
        network.Run(120);
        AssertLocal(a, b);
        Assert.InRange(a.Changes.Count(change => change.Change.IsMove), 1, 2);
        Assert.Equal(TimeSpan.Zero, ab.LongestHole());
        Assert.Equal(TimeSpan.Zero, ba.LongestHole());
    }

    private static void AssertLocal(SimNode a, SimNode b)
    {
        Assert.Equal(PathRoute.To(b.Addresses[0]), a.PathTo(b).Route);
        Assert.Equal(PathRoute.To(a.Addresses[0]), b.PathTo(a).Route);
    }
}
