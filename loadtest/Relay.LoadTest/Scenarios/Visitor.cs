using System.Diagnostics;
using Relay.LoadTest.Commands;
using Relay.LoadTest.Links;
using Relay.LoadTest.Targets;
using Relay.LoadTest.Traffic;
using Relay.Protocol.Keys;

namespace Relay.LoadTest.Scenarios;

/// <summary>A thread that makes every n-th connection.</summary>
internal sealed class Visitor(RelayTarget target, RunClock clock, double rate, IReadOnlyList<int> processors, int number, int of, CancellationTokenSource over)
{
    // Who is so far behind is not catching up, but skipping.
    private const int MaxWaiting = 64;

    private readonly Derp.DerpDialer _dialer = target.Dialer(number);
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

    internal void Join() => _thread!.Join();

    /// <exception cref="LoadException">It could not make one of its connections.</exception>
    internal void Check(string name)
    {
        if (_fault is not null) throw LoadException.Unavailable($"{name}: {_fault.Message}", _fault);
    }

    private void Run()
    {
        try
        {
            if (processors.Count > 0) Libc.PinThisThread(processors);
            var interval = Stopwatch.Frequency * of / rate;
            var schedule = new Schedule(clock.Start + (long)(number * interval / of), interval, MaxWaiting);
            while (!over.IsCancellationRequested && schedule.NextDue < clock.WindowEnd) Visit(ref schedule);
        }
        catch (Exception e)
        {
            _fault = e;
            over.CancelAsync();
        }
    }

    private void Visit(ref Schedule schedule)
    {
        var wait = RunClock.Seconds(schedule.NextDue - Stopwatch.GetTimestamp());
        if (wait > 0) over.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(wait));
        while (schedule.TrySkip(Stopwatch.GetTimestamp(), out _))
        {
        }

        if (!schedule.TryTake(Stopwatch.GetTimestamp(), out var due)) return;
        using (var key = NodePrivateKey.Generate()) _dialer.Connect(key).Dispose();
        if (clock.Measures(due)) Latencies.RecordValue(Measuring.Latencies.Clamp(Stopwatch.GetTimestamp() - due));
        Volatile.Write(ref _made, _made + 1);
    }
}
