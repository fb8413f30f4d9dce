using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Measuring;

/// <summary>Reads at one moment what was used and what arrived so far, so that the two belong together.</summary>
internal sealed class Meter(IReadOnlyList<int> serverPids, Crew crew)
{
    internal Reading Read() => new(
        System.Diagnostics.Stopwatch.GetTimestamp(),
        ProcessUsage.Of(serverPids),
        ProcessUsage.Of(Environment.ProcessId)!.Value,
        crew.Flows.Sum(flow => flow.Counters.Arrived),
        crew.Flows.Sum(flow => flow.Counters.ArrivedBytes),
        [.. crew.Flows.Select(flow => flow.Counters.ArrivedBytes)]);
}
