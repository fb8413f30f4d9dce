using System.Diagnostics;
using Relay.LoadTest.Commands;
using Relay.LoadTest.Derp;
using Relay.LoadTest.Measuring;
using Relay.LoadTest.Targets;

namespace Relay.LoadTest.Traffic;

/// <summary>Connects what a plan asks for, lets the packets go, and measures.</summary>
internal static class TrafficRun
{
    // From the last connection to the first packet: threads start, and the relay is done with the handshakes.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    internal static async Task<TrafficResult> RunAsync(TrafficPlan plan, ITarget target, LoadOptions options, CancellationToken stop)
    {
        IReadOnlyList<DerpClient> clients = Connect(plan, target);
        var clock = RunClock.From(Stopwatch.GetTimestamp() + RunClock.Ticks(Settling), options.WarmUp, options.Seconds);
        using var crew = new Crew(plan, clients, clock, options);
        crew.Start();
        using var cut = stop.Register(crew.Stop);
        var meter = new Meter(target.ServerPids, crew);
        await RunClock.WaitUntilAsync(clock.WindowStart, stop);
        var before = meter.Read();
        await RunClock.WaitUntilAsync(clock.WindowEnd, stop);
        var after = meter.Read();
        await Task.Run(crew.Join, CancellationToken.None);
        stop.ThrowIfCancellationRequested();
        return new TrafficResult(crew.Flows, crew.Latencies(FlowRole.Load), crew.Latencies(FlowRole.Probe), before, after, options.Seconds);
    }

    private static IReadOnlyList<DerpClient> Connect(TrafficPlan plan, ITarget target)
    {
        try
        {
            return target.Connect(plan);
        }
        catch (IOException e)
        {
            throw LoadException.Unavailable($"{target.Name}: {e.Message}", e);
        }
    }
}
