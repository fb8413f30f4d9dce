namespace Relay.LoadTest.Traffic;

/// <summary>
/// When writes are due: evenly, from a start, whatever happened to those before. Who cannot keep up skips what has waited
/// longest and goes on with what is due now, as a tunnel's own queue does; nothing is caught up on later.
/// </summary>
internal struct Schedule(long start, double interval, int maxWaiting)
{
    private long _next;

    /// <summary>When the next write is due.</summary>
    internal readonly long NextDue => start + (long)(_next * interval);

    /// <summary>Takes the next write when it is due; false when none is.</summary>
    internal bool TryTake(long now, out long due)
    {
        due = NextDue;
        if (due > now) return false;
        _next++;
        return true;
    }

    /// <summary>Gives up the writes that have waited longest, if too many do. Each is told with the time it was due.</summary>
    internal bool TrySkip(long now, out long due)
    {
        due = NextDue;
        if (start + (long)((_next + maxWaiting) * interval) > now) return false;
        _next++;
        return true;
    }
}
