using System.Diagnostics;

namespace Relay.LoadTest.Traffic;

/// <summary>When a run does what; all in stopwatch ticks.</summary>
/// <param name="Start">The first packets are due.</param>
/// <param name="WindowStart">The warm-up is over: what is due from here on is measured.</param>
/// <param name="WindowEnd">Nothing more is due.</param>
/// <param name="DrainEnd">What has not arrived by now never will.</param>
internal sealed record RunClock(long Start, long WindowStart, long WindowEnd, long DrainEnd)
{
    // Far longer than a relay that is not overloaded keeps a packet, and longer than one that is may.
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(1);

    internal static RunClock From(long start, TimeSpan warmUp, TimeSpan window)
    {
        var windowStart = start + Ticks(warmUp);
        var windowEnd = windowStart + Ticks(window);
        return new RunClock(start, windowStart, windowEnd, windowEnd + Ticks(Drain));
    }

    /// <summary>Whether a packet that is due then is one of those measured.</summary>
    internal bool Measures(long due) => due >= WindowStart && due < WindowEnd;

    /// <summary>Returns at that time, or at once when it has passed.</summary>
    internal static Task WaitUntilAsync(long time, CancellationToken stop)
    {
        var left = Seconds(time - Stopwatch.GetTimestamp());
        return left <= 0 ? Task.CompletedTask : Task.Delay(TimeSpan.FromSeconds(left), TimeProvider.System, stop);
    }

    internal static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    internal static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;
}
