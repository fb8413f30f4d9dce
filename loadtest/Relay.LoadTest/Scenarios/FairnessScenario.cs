using Relay.LoadTest.Commands;
using Relay.LoadTest.Measuring;
using Relay.LoadTest.Reports;
using Relay.LoadTest.Targets;
using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Scenarios;

/// <summary>
/// Twice of what the relay can carry, asked for by equal senders, then by unequal ones: one at ten times the rate, one
/// with small packets. Bytes are to be shared by client, and not by who shouts loudest.
/// </summary>
internal sealed class FairnessScenario : Scenario
{
    private const int DefaultPairs = 10;
    private const int DefaultBatch = 4;
    private const double Overload = 2;
    private const double Louder = 10;
    private const int SmallPacket = 128;

    internal override string Name => "fairness";

    internal override string Summary =>
        "The peak, then twice as much: from --count equal senders, and from unequal ones (one ten times as fast, one with small packets).";

    internal override string Counts => "Pairs of clients, three or more";

    internal override async Task<IReadOnlyList<Row>> RunAsync(ITarget target, LoadOptions options, CancellationToken stop)
    {
        var (pairs, batch) = (options.Count ?? DefaultPairs, options.Batch ?? DefaultBatch);
        if (pairs < 3) throw LoadException.Usage($"--count {pairs}: unequal senders are three or more");
        var peak = await TrafficAsync(TrafficPlan.Empty.WithPairs(pairs, ThroughputScenario.Flow(options, batch)), "peak", target, options, stop);
        if (peak.DeliveredPps is not > 0) throw LoadException.Failed($"{target.Name}: no packet arrived, so there is no peak to ask twice of");
        var each = options.Rate ?? Overload * peak.DeliveredPps!.Value / pairs;
        var usual = new FlowPlan { Size = options.Size, Batch = batch, Rate = each };
        var small = usual with { Size = SmallPacket, Batch = Math.Max(1, batch * options.Size / SmallPacket), Rate = each * options.Size / SmallPacket };
        var equal = TrafficPlan.Empty.WithPairs(pairs, usual);
        var unequal = TrafficPlan.Empty.WithPairs(1, usual with { Rate = Louder * each }).WithPairs(1, small).WithPairs(pairs - 2, usual);
        return [peak, await SharedAsync(equal, "equal", target, options, stop), await SharedAsync(unequal, "unequal", target, options, stop)];
    }

    private static async Task<Row> SharedAsync(TrafficPlan plan, string part, ITarget target, LoadOptions options, CancellationToken stop)
    {
        var result = await TrafficRun.RunAsync(plan, target, options, stop);
        return TrafficRows.Of(target.Name, part, result) with { Jain = Shares(plan, result.BytesByFlow, result.Elapsed) };
    }

    private static double Shares(TrafficPlan plan, double[] bytes, double seconds)
    {
        var asked = plan.Flows.Select(flow => flow.Rate * (flow.Size + Protocol.Frames.FrameWriter.PacketOverhead) * seconds).ToList();
        var entitled = Fairness.Entitled(asked, bytes.Sum());
        return Fairness.Jain([.. bytes.Zip(entitled, (got, due) => got / due)]);
    }
}
