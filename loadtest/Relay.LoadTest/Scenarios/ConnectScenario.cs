using System.Diagnostics;
using Relay.LoadTest.Commands;
using Relay.LoadTest.Links;
using Relay.LoadTest.Measuring;
using Relay.LoadTest.Reports;
using Relay.LoadTest.Targets;
using Relay.LoadTest.Traffic;
using Relay.Protocol.Keys;

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
        var clock = RunClock.From(Stopwatch.GetTimestamp(), options.WarmUp, options.Seconds);
        var visitors = Enumerable.Range(0, threads).Select(i => new Visitor(Relay(target), clock, options, i, threads, stop)).ToList();
        foreach (var visitor in visitors) visitor.Start();
        var (before, serverBefore, ownBefore) = await ReadAsync(clock.WindowStart);
        var (after, serverAfter, ownAfter) = await ReadAsync(clock.WindowEnd);
        foreach (var visitor in visitors) visitor.Join(target.Name);

        var latencies = new Latencies();
        foreach (var visitor in visitors) latencies.Add(visitor.Latencies);
        var (made, server) = (after - before, serverAfter - serverBefore);
        return
        [
            new Row
            {
                Target = target.Name,
                OfferedPps = options.Rate ?? DefaultRate,
                DeliveredPps = made / options.Seconds.TotalSeconds,
                P50 = latencies.Percentile(50), P90 = latencies.Percentile(90), P99 = latencies.Percentile(99),
                P999 = latencies.Percentile(99.9), Max = latencies.Percentile(100),
                PacketsPerCpuS = server?.CpuSeconds is > 0 and var cpu ? made / cpu : null,
                CpuUsEach = server is { } used && made > 0 ? used.CpuSeconds * 1e6 / made : null,
                Curve = latencies.Curve(),
            }.With(server, ownAfter - ownBefore, options.Seconds.TotalSeconds),
        ];

        async Task<(long Made, ProcessUsage? Server, ProcessUsage Own)> ReadAsync(long time)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, RunClock.Seconds(time - Stopwatch.GetTimestamp()))), TimeProvider.System, stop);
            return (visitors.Sum(visitor => visitor.Made), target.ServerPid is { } pid ? ProcessUsage.Of(pid) : null, ProcessUsage.Of(Environment.ProcessId)!.Value);
        }
    }

    /// <summary>A thread that makes every n-th connection.</summary>
    private sealed class Visitor(RelayTarget target, RunClock clock, LoadOptions options, int number, int of, CancellationToken stop)
    {
        // Who is so far behind is not catching up, but skipping.
        private const int MaxWaiting = 64;

        private readonly Derp.DerpDialer _dialer = target.Dialer();
        private Thread? _thread;
        private Exception? _fault;
        private long _made;

        internal long Made => Volatile.Read(ref _made);

        internal HdrHistogram.LongHistogram Latencies { get; } = Measuring.Latencies.Recorder();

        internal void Start()
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "visitor" };
            _thread.Start();
        }

        internal void Join(string name)
        {
            _thread!.Join();
            if (_fault is not null) throw LoadException.Unavailable($"{name}: {_fault.Message}", _fault);
        }

        private void Run()
        {
            try
            {
                if (options.Processors.Count > 0) Libc.PinThisThread(options.Processors);
                var interval = Stopwatch.Frequency * of / (options.Rate ?? DefaultRate);
                var schedule = new Schedule(clock.Start + (long)(number * interval / of), interval, MaxWaiting);
                while (!stop.IsCancellationRequested && schedule.NextDue < clock.WindowEnd) Visit(ref schedule);
            }
            catch (Exception e)
            {
                _fault = e;
            }
        }

        private void Visit(ref Schedule schedule)
        {
            var wait = RunClock.Seconds(schedule.NextDue - Stopwatch.GetTimestamp());
            if (wait > 0) stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(wait));
            while (schedule.TrySkip(Stopwatch.GetTimestamp(), out _))
            {
            }

            if (!schedule.TryTake(Stopwatch.GetTimestamp(), out var due)) return;
            using (var key = NodePrivateKey.Generate()) _dialer.Connect(key).Dispose();
            if (clock.Measures(due)) Latencies.RecordValue(Measuring.Latencies.Clamp(Stopwatch.GetTimestamp() - due));
            Volatile.Write(ref _made, _made + 1);
        }
    }
}
