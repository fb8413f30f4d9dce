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
        IReadOnlyList<DerpClient> clients = Connect(plan, target, stop);
        var clock = RunClock.From(Stopwatch.GetTimestamp() + RunClock.Ticks(Settling), options.WarmUp, options.Seconds);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var crew = new Crew(plan, clients, clock, options, () => _ = over.CancelAsync());
        crew.Start();
        try
        {
            var meter = new Meter(target.ServerPids, crew);
            await RunClock.WaitUntilAsync(clock.WindowStart, over.Token);
            var before = meter.Read();
            await RunClock.WaitUntilAsync(clock.WindowEnd, over.Token);
            var after = meter.Read();
            await Task.Run(crew.Join, CancellationToken.None);
            return new TrafficResult(crew.Flows, crew.Latencies(FlowRole.Load), crew.Latencies(FlowRole.Probe), before, after, options.Seconds);
        }
        catch (OperationCanceledException)
        {
            // A connection that broke is not waited for to the end.
            crew.Stop();
            crew.Join();
            throw;
        }
    }

    private static IReadOnlyList<DerpClient> Connect(TrafficPlan plan, ITarget target, CancellationToken stop)
    {
        try
        {
            return target.Connect(plan, stop);
        }
        catch (IOException e)
        {
            throw LoadException.Unavailable($"{target.Name}: {e.Message}", e);
        }
    }
}
