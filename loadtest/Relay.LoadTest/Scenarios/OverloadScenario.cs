using Relay.LoadTest.Commands;
using Relay.LoadTest.Reports;
using Relay.LoadTest.Targets;
using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Scenarios;

/// <summary>
/// More than the relay can carry. First its peak, then the load: what it still delivers, and how long discovery packets
/// take to the loaded clients, on which the hope for a better path hangs.
/// </summary>
internal sealed class OverloadScenario : Scenario
{
    private const int DefaultPairs = 4;
    private const double DefaultRate = 60_000;
    private const double ProbeRate = 20;
    private const int ProbeSize = 120;

    internal override string Name => "overload";

    internal override string Summary =>
        "The peak, then --rate a second from each of --count senders whatever becomes of it, with discovery packets to the same receivers.";

    internal override async Task<IReadOnlyList<Row>> RunAsync(ITarget target, LoadOptions options, CancellationToken stop)
    {
        var (pairs, batch) = (options.Count ?? DefaultPairs, options.Batch ?? 1);
        var peak = TrafficPlan.Empty.WithPairs(pairs, ThroughputScenario.Flow(options, batch));
        var load = new FlowPlan { Size = options.Size, Batch = batch, Rate = options.Rate ?? DefaultRate };
        var probe = new FlowPlan { Size = ProbeSize, Rate = ProbeRate, Disco = true };
        var overload = TrafficPlan.Empty.WithPairs(pairs, load).WithProbes(probe);
        return
        [
            await TrafficAsync(peak, "peak", target, options, stop),
            await TrafficAsync(ThroughputScenario.Obstructed(overload, options), "overload", target, options, stop),
        ];
    }
}
