using System.Diagnostics;
using System.Net;
using HdrHistogram;
using Relay.LoadTest.Links;
using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Scenarios;

/// <summary>One thread that asks STUN questions from several sockets, many a system call.</summary>
internal sealed class StunLoad : IDisposable
{
    // Of no use to whoever asked, after so long.
    private static readonly long LostAfter = Stopwatch.Frequency / 5;

    private readonly StunSocket[] _sockets;
    private readonly RunClock _clock;
    private readonly bool _paced;
    private Schedule _schedule;
    private long _answered;

    internal StunLoad(IPEndPoint address, RunClock clock, int sockets, int window, double rate)
    {
        _sockets = [.. Enumerable.Range(0, sockets).Select(_ => new StunSocket(address, window))];
        _clock = clock;
        _paced = rate > 0;
        var batch = StunSocket.Batch;
        if (_paced) _schedule = new Schedule(clock.Start, Stopwatch.Frequency * batch / rate, Math.Max(1, sockets * window / batch));
    }

    /// <summary>Answers so far; safe from any thread.</summary>
    internal long Answered => Volatile.Read(ref _answered);

    /// <summary>Questions that were due while it was measured.</summary>
    internal long Offered { get; private set; }

    /// <summary>Those of them that were answered.</summary>
    internal long Delivered { get; private set; }

    internal LongHistogram Latencies { get; } = Measuring.Latencies.Recorder();

    /// <summary>Why it ended too soon.</summary>
    internal Exception? Fault { get; private set; }

    internal void Run(IReadOnlyList<int> processors, CancellationToken stop)
    {
        try
        {
            if (processors.Count > 0) Libc.PinThisThread(processors);
            for (var turn = 0; !stop.IsCancellationRequested && !IsDone(Stopwatch.GetTimestamp()); turn++)
                Turn(_sockets[turn % _sockets.Length]);
        }
        catch (Exception e)
        {
            Fault = e;
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
    }

    private bool IsDone(long now) => now >= _clock.DrainEnd || (now >= _clock.WindowEnd && Delivered == Offered);

    private void Turn(StunSocket socket)
    {
        var now = Stopwatch.GetTimestamp();
        if (now < _clock.WindowEnd && IsDue(socket, now, out var due))
        {
            socket.Ask(due, now);
            if (_clock.Measures(due)) Offered += StunSocket.Batch;
        }

        foreach (var asked in socket.Answers(now))
        {
            Volatile.Write(ref _answered, _answered + 1);
            if (!_clock.Measures(asked)) continue;
            Delivered++;
            Latencies.RecordValue(Measuring.Latencies.Clamp(now - asked));
        }

        socket.ForgetIfSilent(now - LostAfter);
    }

    private bool IsDue(StunSocket socket, long now, out long due)
    {
        due = now;
        if (!_paced) return socket.HasRoom;
        while (_schedule.TrySkip(now, out var skipped))
        {
            if (_clock.Measures(skipped)) Offered += StunSocket.Batch;
        }

        return socket.HasRoom && _schedule.TryTake(now, out due);
    }
}
