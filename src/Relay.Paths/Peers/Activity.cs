namespace Relay.Paths.Peers;

/// <summary>When data last went and came, as far as samples of the counters tell.</summary>
internal sealed class Activity(TrafficCounters traffic)
{
    private long _sent, _receivedDirect, _receivedRelayed;

    internal TimeSpan SentAt { get; private set; } = Timing.Never;

    internal TimeSpan ReceivedDirectAt { get; private set; } = Timing.Never;

    internal TimeSpan ReceivedRelayedAt { get; private set; } = Timing.Never;

    internal TimeSpan ReceivedAt => ReceivedDirectAt > ReceivedRelayedAt ? ReceivedDirectAt : ReceivedRelayedAt;

    /// <summary>Since when packets go out and none has come directly; null when the latest look saw one come.</summary>
    internal TimeSpan? UnansweredSince { get; private set; }

    internal bool IsBusy(TimeSpan now) => now - SentAt <= Timing.Busy;

    internal bool IsActive(TimeSpan now) => now - SentAt <= Timing.Rest;

    /// <summary>Looks at the counters.</summary>
    /// <returns>Whether anything was sent since the last look.</returns>
    internal bool Sample(TimeSpan now)
    {
        if (Changed(ref _receivedRelayed, traffic.TotalReceivedRelayed)) ReceivedRelayedAt = now;
        var answered = Changed(ref _receivedDirect, traffic.TotalReceivedDirect);
        if (answered) (ReceivedDirectAt, UnansweredSince) = (now, null);
        if (!Changed(ref _sent, traffic.TotalSent)) return false;
        SentAt = now;
        // Of what went and came between two looks nobody knows which was later.
        if (!answered) UnansweredSince ??= now;
        return true;
    }

    private static bool Changed(ref long seen, long count)
    {
        if (seen == count) return false;
        seen = count;
        return true;
    }
}
