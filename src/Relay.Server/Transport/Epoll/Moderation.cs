using System.Diagnostics;

namespace Relay.Server.Transport.Epoll;

/// <summary>
/// Keeps a busy event loop from waking for every single packet, as network cards moderate their interrupts: while the
/// loop has work for more than half of the time, turns begin at least 100 µs apart, so that each finds more packets of
/// each sender and each receiver gets more in one write. A loop that is mostly idle never waits.
/// </summary>
/// <remarks>
/// Packets per CPU second without and with, medians of five alternating runs of <c>relay-load throughput --seconds 2 --batch 1</c>:
/// 168,000 and 293,000, and the median latency fell from 2.2 to 1.3 ms. With 16 frames a write both are alike.
/// </remarks>
internal sealed class Moderation(long start)
{
    private const double BusyFrom = 0.5;

    // Pauses make the loop look idle: it is to become really idle before they end.
    private const double BusyUntil = BusyFrom / 3;

    private static readonly long Window = Stopwatch.Frequency / 100;
    private static readonly long Apart = Stopwatch.Frequency / 10_000;

    private long _windowStart = start;
    private long _worked;
    private bool _busy;

    /// <summary>How long to pause after a turn that began and ended at these times. All in stopwatch ticks; 0 for not at all.</summary>
    public long PauseAfter(long began, long ended)
    {
        _worked += ended - began;
        if (ended - _windowStart >= Window)
        {
            _busy = _worked > (_busy ? BusyUntil : BusyFrom) * (ended - _windowStart);
            (_windowStart, _worked) = (ended, 0);
        }

        return _busy ? Math.Max(0, Apart - (ended - began)) : 0;
    }
}
