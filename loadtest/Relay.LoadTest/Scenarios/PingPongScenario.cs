using Relay.LoadTest.Commands;
using Relay.LoadTest.Reports;
using Relay.LoadTest.Targets;
using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Scenarios;

/// <summary>One pair, one packet after the other: the shortest round trip there is.</summary>
internal sealed class PingPongScenario : Scenario
{
    private const double DefaultRate = 1000;
    private const int SmallPacket = 64;

    internal override string Name => "pingpong";

    internal override string Summary => "Round trips of small packets between one pair, --rate a second (open loop).";

    internal override async Task<IReadOnlyList<Row>> RunAsync(ITarget target, LoadOptions options, CancellationToken stop)
    {
        var flow = new FlowPlan { Size = Math.Min(options.Size, SmallPacket), Rate = options.Rate ?? DefaultRate, Echo = true };
        return [await TrafficAsync(TrafficPlan.Empty.WithPairs(options.Count ?? 1, flow), "", target, options, stop)];
    }
}
