using Relay.LoadTest.Measuring;

namespace Relay.LoadTest.Traffic;

/// <summary>What a run brought: counters that are final, and readings from the beginning and the end of its window.</summary>
internal sealed record TrafficResult(
    IReadOnlyList<Flow> Flows, Latencies Load, Latencies Probes, Reading Before, Reading After, TimeSpan Window)
{
    /// <summary>Seconds between the two readings.</summary>
    internal double Elapsed => RunClock.Seconds(After.Time - Before.Time);

    internal IEnumerable<Flow> LoadFlows => Flows.Where(flow => flow.Plan.Role == FlowRole.Load);

    /// <summary>Bytes that arrived in the window, for each flow.</summary>
    internal double[] BytesByFlow => [.. After.BytesByFlow.Zip(Before.BytesByFlow, (after, before) => (double)(after - before))];
}
