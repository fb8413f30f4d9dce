using Relay.LoadTest.Commands;
using Relay.LoadTest.Reports;
using Relay.LoadTest.Targets;
using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Scenarios;

/// <summary>Little to do: what a packet costs when there is nothing to batch it with, and how long the round trip takes.</summary>
internal sealed class LightScenario : Scenario
{
    private const int DefaultPairs = 20;
    private const double DefaultRate = 50;

    internal override string Name => "light";

    internal override string Summary => "Round trips between --count pairs, --rate a second each (open loop).";

    internal override async Task<IReadOnlyList<Row>> RunAsync(ITarget target, LoadOptions options, CancellationToken stop)
    {
        var flow = new FlowPlan { Size = options.Size, Batch = options.Batch ?? 1, Rate = options.Rate ?? DefaultRate, Echo = true };
        var plan = TrafficPlan.Empty.WithPairs(options.Count ?? DefaultPairs, flow);
        return [await TrafficAsync(ThroughputScenario.Obstructed(plan, options), "", target, options, stop)];
    }
}
