using System.Diagnostics;
using Relay.LoadTest.Commands;
using Relay.LoadTest.Measuring;
using Relay.LoadTest.Reports;
using Relay.LoadTest.Targets;
using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Scenarios;

/// <summary>Clients that come, prove their key, and go: what each costs.</summary>
internal sealed class ConnectScenario : Scenario
{
    private const double DefaultRate = 200;
    private const int DefaultThreads = 4;

    internal override string Name => "connect";

    internal override string Summary => "Connects and leaves again --rate times a second (open loop), --count at a time at most.";

    internal override string Counts => "Connections made at a time";

    internal override async Task<IReadOnlyList<Row>> RunAsync(ITarget target, LoadOptions options, CancellationToken stop)
    {
        var threads = options.Count ?? DefaultThreads;
        var rate = options.Rate ?? DefaultRate;
        var clock = RunClock.From(Stopwatch.GetTimestamp(), options.WarmUp, options.Seconds);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var visitors = Enumerable.Range(0, threads)
            .Select(i => new Visitor(Relay(target), clock, rate, options.Processors, i, threads, over)).ToList();
        foreach (var visitor in visitors) visitor.Start();
        var (before, serverBefore, ownBefore) = await ReadAsync(clock.WindowStart);
        var (after, serverAfter, ownAfter) = await ReadAsync(clock.WindowEnd);
        foreach (var visitor in visitors) visitor.Join();
        stop.ThrowIfCancellationRequested();
        foreach (var visitor in visitors) visitor.Check(target.Name);
        var latencies = new Latencies();
        foreach (var visitor in visitors) latencies.Add(visitor.Latencies);
        var (made, server) = (after - before, serverAfter - serverBefore);
        var row = new Row { Target = target.Name, OfferedPps = rate, DeliveredPps = made / options.Seconds.TotalSeconds };
        return [row.With(latencies).With(server, ownAfter - ownBefore, options.Seconds.TotalSeconds, made)];

        async Task<(long Made, ProcessUsage? Server, ProcessUsage Own)> ReadAsync(long time)
        {
            // One that cannot connect is not waited for to the end.
            await RunClock.WaitUntilAsync(time, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var serverUsed = ProcessUsage.Of(target.ServerPids);
            return (visitors.Sum(visitor => visitor.Made), serverUsed, ProcessUsage.Of(Environment.ProcessId)!.Value);
        }
    }
}
