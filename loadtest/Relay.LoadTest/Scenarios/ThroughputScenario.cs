using Relay.LoadTest.Commands;
using Relay.LoadTest.Reports;
using Relay.LoadTest.Targets;
using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Scenarios;

/// <summary>As much as goes through without loss: a bounded number of packets is on its way between the two of each pair.</summary>
internal class ThroughputScenario : Scenario
{
    // What a relay keeps for a receiver, so that it never has to drop one.
    private const int DefaultWindow = 32;

    private const int DefaultPairs = 10;
    private const int DefaultBatch = 16;

    internal override string Name => "throughput";

    internal override string Summary => "As many packets as go through with --window of each pair on their way, or at --rate a pair.";

    internal override async Task<IReadOnlyList<Row>> RunAsync(ITarget target, LoadOptions options, CancellationToken stop)
    {
        var flow = Flow(options, options.Batch ?? DefaultBatch) with { Rate = options.Rate ?? 0 };
        var plan = TrafficPlan.Empty.WithPairs(options.Count ?? DefaultPairs, flow);
        return [await TrafficAsync(Obstructed(plan, options), "", target, options, stop)];
    }

    /// <summary>A flow that sends as fast as its window lets it.</summary>
    internal static FlowPlan Flow(LoadOptions options, int batch)
    {
        var window = options.Window ?? Math.Max(DefaultWindow, batch);
        return window >= batch
            ? new FlowPlan { Size = options.Size, Batch = batch, Window = window }
            : throw LoadException.Usage($"--window {window}: less than one write; expected at least --batch {batch}");
    }

    /// <summary>Adds the pairs whose receivers never read; each is sent a thousand packets a second.</summary>
    internal static TrafficPlan Obstructed(TrafficPlan plan, LoadOptions options) =>
        plan.WithPairs(options.Frozen, new FlowPlan { Size = options.Size, Rate = 1000, Role = FlowRole.Obstacle }, frozen: true);
}
