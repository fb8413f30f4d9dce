using Relay.Paths.Tests.Simulation;

namespace Relay.Paths.Tests;

/// <summary>What happens to a direct path in the course of its life, and how long nothing gets through.</summary>
public sealed class PathLifeTests
{
    [Fact]
    public void FirstPacket_BeforeAnyPath_GoesThroughTheRelayAtOnce()
    {
        using var pair = new SimPair(1, NatClass.PortRestricted, NatClass.PortRestricted);
        var (ab, _) = pair.StartFlows();
        pair.Network.Run(0.1);
        Assert.True(ab.Arrived.ContainsKey(0));
        Assert.Equal(pair.Network.Relay.Delay, ab.Arrived[0] - ab.Sent[0]);
    }

    [Fact]
    public void DirectPath_CutBothWays_DataFlowsAgainWithinTwoSeconds()
    {
        using var pair = DirectPair(out var ab, out var ba);
        var cut = pair.Network.Now;
        pair.Network.Drop = (from, to, _) => !pair.Network.Stun.Contains(from) && !pair.Network.Stun.Contains(to);
        pair.Network.Run(20);
        AssertHoles(cut, 1, ab, ba);
        Assert.Equal(PathRoute.Relay, pair.A.PathTo(pair.B).Route);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void DirectPath_CutOneWay_DataFlowsAgainWithinTwoSeconds(bool fromA)
    {
        using var pair = DirectPair(out var ab, out var ba);
        var cut = pair.Network.Now;
        var source = fromA ? pair.NatA.Public : pair.NatB.Public;
        pair.Network.Drop = (from, to, _) => from.WithPort(0) == source && !pair.Network.Stun.Contains(to);
        pair.Network.Run(20);
        AssertHoles(cut, 2, ab, ba);
    }

    [Fact]
    public void DirectPath_CutUnderOneWayTraffic_DataFlowsAgainWithinTwoSeconds()
    {
        using var pair = DirectPair(out var ab, out var ba);
        ba.Stop();
        pair.Network.Run(5);
        Assert.Equal(TimeSpan.Zero, ab.LongestHole());
        var cut = pair.Network.Now;
        pair.Network.Drop = (from, to, _) => !pair.Network.Stun.Contains(from) && !pair.Network.Stun.Contains(to);
        pair.Network.Run(20);
        AssertHoles(cut, 2, ab);
    }

    // As TCP has it: whoever only acknowledges hears nothing once the data stops, and has nothing to send that would tell.
    [Fact]
    public void DirectPath_CutUnderDataAndAcknowledgements_CarriesBothAgainWithinTwoSeconds()
    {
        using var pair = DirectPair(out var ab, out var ba);
        ba.Stop();
        var acknowledgements = SimFlow.Answer(ab);
        pair.Network.Run(5);
        var cut = pair.Network.Now;
        pair.Network.Drop = (from, to, _) => !pair.Network.Stun.Contains(from) && !pair.Network.Stun.Contains(to);
        pair.Network.Run(20);
        AssertHoles(cut, 1.6, ab);
        var arrivals = acknowledgements.Arrived.Values.Where(at => at > cut).Order().ToList();
        var gap = arrivals.Zip(arrivals.Skip(1), (one, next) => next - one).Max();
        Assert.InRange(gap.TotalSeconds, 0, 1.6);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(200)]
    [InlineData(1000)]
    public void DirectPath_AnswersProbesAndLosesData_IsLeftWithinFiveSeconds(double intervalMs)
    {
        using var pair = DirectPair(out var ab, out var ba, intervalMs);
        var cut = pair.Network.Now;
        pair.Network.Drop = (_, _, datagram) => !PathEngine.IsControl(datagram);
        pair.Network.Run(30);
        AssertHoles(cut, 5, ab, ba);
        Assert.Equal(RelayReason.DataLost, pair.A.Status(pair.B).Reason);
        Assert.Equal(RelayReason.DataLost, pair.B.Status(pair.A).Reason);
    }

    // Three packets would have to be lost before the counts of the quiet side show it, a packet every three seconds: it learns
    // from the other one, whose packets now come through the relay.
    [Fact]
    public void DirectPath_LosesData_IsLeftInTimeBySidesThatRarelySend()
    {
        using var pair = DirectPair(out var ab, out var ba);
        ba.Stop();
        var rare = SimFlow.Start(pair.B, pair.A, intervalMs: 3000);
        pair.Network.Run(10);
        var cut = pair.Network.Now;
        pair.Network.Drop = (_, _, datagram) => !PathEngine.IsControl(datagram);
        pair.Network.Run(40);
        AssertHoles(cut, 5, ab);
        AssertHoles(cut, 3, rare);
    }

    [Fact]
    public void DirectPath_AnswersProbesAndLosesDataFromTheStart_IsNeverReliedOn()
    {
        using var pair = new SimPair(1, NatClass.PortRestricted, NatClass.PortRestricted);
        pair.Network.Drop = (_, _, datagram) => !PathEngine.IsControl(datagram);
        var (ab, ba) = pair.StartFlows();
        pair.Network.Run(60);
        AssertHoles(TimeSpan.Zero, 0, ab, ba);
        Assert.Equal(RelayReason.DataLost, pair.A.Status(pair.B).Reason);
    }

    [Fact]
    public void DirectPath_TooSmallForFullPackets_IsNeverUsed()
    {
        using var pair = new SimPair(1, NatClass.FullCone, NatClass.PortRestricted);
        pair.Network.Drop = (_, _, datagram) => datagram.Length > 1400;
        var (ab, ba) = pair.StartFlows(size: 1452);
        pair.Network.Run(60);
        AssertHoles(TimeSpan.Zero, 0, ab, ba);
        Assert.Empty(pair.A.Changes);
        Assert.Equal(RelayReason.FullSizedLost, pair.A.Status(pair.B).Reason);
    }

    [Fact]
    public void DirectPath_Shrinks_IsLeftWithinFiveSeconds()
    {
        using var pair = DirectPair(out var ab, out var ba, size: 1452);
        var cut = pair.Network.Now;
        pair.Network.Drop = (_, _, datagram) => datagram.Length > 1400;
        pair.Network.Run(30);
        AssertHoles(cut, 5, ab, ba);
        Assert.False(pair.A.PathTo(pair.B).Route.UsesDirect);
    }

    [Theory]
    [InlineData(NatClass.FullCone, NatClass.Symmetric)]
    [InlineData(NatClass.PortRestricted, NatClass.PortRestricted)]
    public void NatState_FlushedInMidFlow_DataFlowsAgainWithinTwoSeconds(NatClass left, NatClass right)
    {
        using var pair = DirectPair(out var ab, out var ba, left: left, right: right);
        var cut = pair.Network.Now;
        pair.NatA.Flush();
        pair.Network.Run(20);
        AssertHoles(cut, 2, ab, ba);
        Assert.True(pair.BothDirect);
    }

    // At whatever moment between two heartbeats it happens.
    [Theory]
    [InlineData(NatClass.Symmetric, NatClass.FullCone, true, false)]
    [InlineData(NatClass.Symmetric, NatClass.FullCone, false, true)]
    [InlineData(NatClass.Symmetric, NatClass.FullCone, true, true)]
    [InlineData(NatClass.PortRestricted, NatClass.PortRestricted, true, false)]
    [InlineData(NatClass.PortRestricted, NatClass.PortRestricted, true, true)]
    public void NatState_FlushedAtAnyMoment_LeavesNoLongHole(NatClass left, NatClass right, bool first, bool second)
    {
        var holes = Enumerable.Range(0, 40).Select(i => HoleAfter(left, right, i * 0.026, pair =>
        {
            if (first) pair.NatA.Flush();
            if (second) pair.NatB.Flush();
        }, heals: true)).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine($"{left} x {right}, {first} {second}: mean {holes.Average():F2} s, longest {holes.Max():F2} s");
        Assert.InRange(holes.Max(), 0, 1.0);
    }

    // A router that forgets has forgotten the connection to the relay as well.
    [Fact]
    public void NatState_FlushedWhileTheRelayIsOutOfReach_IsFoundAgainAtOnce()
    {
        var holes = Enumerable.Range(0, 40).Select(i => HoleAfter(NatClass.Symmetric, NatClass.FullCone, i * 0.026, pair =>
        {
            pair.NatA.Flush();
            pair.Network.Relay.Down = true;
        }, heals: true)).ToList();
        Assert.InRange(holes.Max(), 0, 0.3);
    }

    [Fact]
    public void DirectPath_CutAtAnyMoment_LeavesNoLongHole()
    {
        var holes = Enumerable.Range(0, 40).Select(i => HoleAfter(NatClass.PortRestricted, NatClass.PortRestricted, i * 0.026, pair =>
            pair.Network.Drop = (from, to, _) => !pair.Network.Stun.Contains(from) && !pair.Network.Stun.Contains(to), heals: false)).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine($"cut: mean {holes.Average():F2} s, longest {holes.Max():F2} s");
        Assert.InRange(holes.Max(), 0, 1.0);
    }

    [Fact]
    public void Machine_MovesToAnotherNetwork_DataFlowsAgainWithinTwoSeconds()
    {
        using var pair = DirectPair(out var ab, out var ba);
        var other = new SimNat(pair.Network, "203.0.113.33", NatClass.PortRestricted);
        pair.Network.Attach(other.Public, other);
        var moved = pair.Network.Now;
        pair.A.Move(other, SimNetwork.At("10.9.0.7", 41641));
        Assert.NotNull(pair.RunUntil(() => pair.BothDirect, 2));
        pair.Network.Run(20);
        AssertHoles(moved, 0.5, ab, ba);
        Assert.True(pair.BothDirect);
        Assert.Equal(other.Public, pair.B.PathTo(pair.A).Route.Direct.WithPort(0));
    }

    [Fact]
    public void Peer_RestartsWithAnotherKey_DataFlowsAgainAndDirectly()
    {
        using var pair = DirectPair(out var ab, out var ba);
        var restarted = pair.Network.Now;
        pair.B.Restart();
        pair.Network.Run(20);
        AssertHoles(restarted, 2, ab, ba);
        Assert.True(pair.BothDirect);
    }

    [Fact]
    public void DirectPath_BackAfterAnOutage_IsFoundAgain()
    {
        using var pair = DirectPair(out _, out _);
        pair.Network.Drop = (from, to, _) => !pair.Network.Stun.Contains(from) && !pair.Network.Stun.Contains(to);
        pair.Network.Run(20);
        Assert.False(pair.A.PathTo(pair.B).Route.UsesDirect);
        pair.Network.Drop = null;
        Assert.NotNull(pair.RunUntil(() => pair.BothDirect, 31));
    }

    [Fact]
    public void TenMinutes_OfSteadyTraffic_ChangeNothing()
    {
        using var pair = DirectPair(out var ab, out var ba);
        pair.Network.Jitter = TimeSpan.FromMilliseconds(15);
        pair.Network.Loss = 0.01;
        var (a, b) = (pair.A.Changes.Count, pair.B.Changes.Count);
        pair.Network.Run(600);
        Assert.DoesNotContain(pair.A.Changes.Skip(a), change => change.Change.IsMove);
        Assert.DoesNotContain(pair.B.Changes.Skip(b), change => change.Change.IsMove);
        Assert.True(pair.BothDirect);
    }

    [Fact]
    public void TenMinutes_OfIdleness_CostNoPacket()
    {
        using var pair = DirectPair(out var ab, out var ba);
        ab.Stop();
        ba.Stop();
        pair.Network.Run(20);
        var (a, b, relayed) = (pair.A.ControlSent.Count, pair.B.ControlSent.Count, pair.Network.Relay.Packets);
        pair.Network.Run(600);
        Assert.Equal((a, b, relayed), (pair.A.ControlSent.Count, pair.B.ControlSent.Count, pair.Network.Relay.Packets));
        Assert.DoesNotContain(pair.A.Changes.Concat(pair.B.Changes), change => change.At > TimeSpan.FromSeconds(1040) && change.Change.IsMove);
    }

    // What WireGuard's PersistentKeepalive = 25 on both sides costs besides itself.
    [Fact]
    public void TenMinutes_OfKeepalives_CostFewProbesAndNoMove()
    {
        using var pair = DirectPair(out var ab, out var ba);
        ab.Stop();
        ba.Stop();
        pair.Network.Run(60);
        var (probes, moves) = (pair.A.ControlSent.Count, pair.A.Changes.Count(change => change.Change.IsMove));
        SimFlow.Start(pair.A, pair.B, intervalMs: 25_000, size: 32);
        pair.Network.Run(7);
        SimFlow.Start(pair.B, pair.A, intervalMs: 25_000, size: 32);
        pair.Network.Run(593);
        TestContext.Current.TestOutputHelper?.WriteLine($"{(pair.A.ControlSent.Count - probes) / 10.0} a minute, {pair.A.Status(pair.B).Route}");
        Assert.InRange(pair.A.ControlSent.Count - probes, 1, 400);
        Assert.Equal(moves, pair.A.Changes.Count(change => change.Change.IsMove));
    }

    [Fact]
    public void Traffic_AfterAnHourOfIdleness_IsDirectAgainWithinTwoSeconds()
    {
        using var pair = DirectPair(out var ab, out var ba);
        ab.Stop();
        ba.Stop();
        pair.Network.Run(3600);
        var (again, back) = pair.StartFlows();
        Assert.NotNull(pair.RunUntil(() => pair.BothDirect, 2));
        AssertHoles(TimeSpan.Zero, 0, again, back);
    }

    // As ping has it: one side asks, the other answers what arrives.
    private static double HoleAfter(NatClass left, NatClass right, double moment, Action<SimPair> misfortune, bool heals)
    {
        using var pair = DirectPair(out var ab, out var ba, intervalMs: 20, left: left, right: right);
        ba.Stop();
        var answers = SimFlow.Answer(ab);
        pair.Network.Run(3 + moment);
        var since = pair.Network.Now;
        misfortune(pair);
        pair.Network.Run(8);
        Assert.Equal(heals, pair.BothDirect);
        var arrivals = answers.Arrived.Values.Where(at => at > since).Order().Prepend(since).ToList();
        return arrivals.Zip(arrivals.Skip(1), (one, next) => next - one).Max().TotalSeconds;
    }

    private static SimPair DirectPair(
        out SimFlow ab, out SimFlow ba, double intervalMs = 50, int size = 200,
        NatClass left = NatClass.PortRestricted, NatClass right = NatClass.PortRestricted)
    {
        var pair = new SimPair(1, left, right);
        (ab, ba) = pair.StartFlows(intervalMs, size);
        Assert.NotNull(pair.RunUntil(() => pair.BothDirect, 5));
        pair.Network.Run(10);
        Assert.True(pair.BothDirect);
        AssertHoles(TimeSpan.Zero, 0, ab, ba);
        return pair;
    }

    private static void AssertHoles(TimeSpan since, double seconds, params SimFlow[] flows)
    {
        foreach (var flow in flows)
        {
            var hole = flow.LongestHole(since);
            Assert.True(hole <= TimeSpan.FromSeconds(seconds), $"nothing got through for {hole}");
        }
    }
}
