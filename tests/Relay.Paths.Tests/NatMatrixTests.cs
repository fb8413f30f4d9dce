using Relay.Paths.Tests.Simulation;

namespace Relay.Paths.Tests;

/// <summary>Which pairs of NAT classes reach each other directly, and how fast.</summary>
public sealed class NatMatrixTests
{
    public static TheoryData<NatClass, NatClass> Pairs()
    {
        var data = new TheoryData<NatClass, NatClass>();
        foreach (var left in Enum.GetValues<NatClass>())
        {
            foreach (var right in Enum.GetValues<NatClass>()) data.Add(left, right);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void TwoNats_ByTheirClasses_AreDirectOrRelayed(NatClass left, NatClass right)
    {
        using var pair = new SimPair(seed: 1, left, right);
        var (ab, ba) = pair.StartFlows();
        var took = pair.RunUntil(() => pair.BothDirect, 10);
        if (NatPairs.CanBeDirect(left, right)) Assert.True(took <= TimeSpan.FromSeconds(2), $"direct after {took}");
        else Assert.Null(took);

        Assert.Equal(TimeSpan.Zero, ab.LongestHole());
        Assert.Equal(TimeSpan.Zero, ba.LongestHole());
    }
}
