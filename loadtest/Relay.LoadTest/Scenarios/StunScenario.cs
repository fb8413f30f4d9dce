using System.Diagnostics;
using Relay.LoadTest.Commands;
using Relay.LoadTest.Measuring;
using Relay.LoadTest.Reports;
using Relay.LoadTest.Targets;
using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Scenarios;

/// <summary>STUN questions over UDP: how many are answered, and what an answer costs.</summary>
internal sealed class StunScenario : Scenario
{
    private const int DefaultSockets = 8;
    private const int DefaultWindow = 64;

    internal override string Name => "stun";

    internal override string Summary => "STUN questions from --count sockets, as many as are answered with --window on their way, or at --rate in all.";

    internal override string Counts => "Sockets";

    // Where STUN is answered is told apart from the target: both would be the same.
    internal override bool Compares => false;

    internal override async Task<IReadOnlyList<Row>> RunAsync(ITarget target, LoadOptions options, CancellationToken stop)
    {
        var address = options.Stun ?? throw LoadException.Usage("stun needs to know where: give --stun ADDRESS:PORT, or --start-server");
        var clock = RunClock.From(Stopwatch.GetTimestamp(), options.WarmUp, options.Seconds);
        using var load = new StunLoad(address, clock, options.Count ?? DefaultSockets, options.Window ?? DefaultWindow, options.Rate ?? 0);
        var thread = new Thread(() => load.Run(options.Processors, stop)) { IsBackground = true, Name = "stun" };
        thread.Start();
        var before = await ReadAsync(clock.WindowStart);
        var after = await ReadAsync(clock.WindowEnd);
        thread.Join();
        stop.ThrowIfCancellationRequested();
        if (load.Fault is { } fault) throw LoadException.Unavailable($"STUN at {address}: {fault.Message}", fault);
        if (load.Answered == 0) throw LoadException.Unavailable($"STUN at {address}: nothing is answered");

        var latencies = new Latencies();
        latencies.Add(load.Latencies);
        var (answered, server) = (after.Answered - before.Answered, after.Server - before.Server);
        var row = new Row
        {
            Target = target.Name,
            OfferedPps = load.Offered / options.Seconds.TotalSeconds,
            DeliveredPps = answered / options.Seconds.TotalSeconds,
            Loss = 1 - load.Delivered / (double)Math.Max(1, load.Offered),
        };
        return [row.With(latencies).With(server, after.Own - before.Own, options.Seconds.TotalSeconds, answered)];

        async Task<(long Answered, ProcessUsage? Server, ProcessUsage Own)> ReadAsync(long time)
        {
            await RunClock.WaitUntilAsync(time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return (load.Answered, ProcessUsage.Of(target.ServerPids), ProcessUsage.Of(Environment.ProcessId)!.Value);
        }
    }
}
