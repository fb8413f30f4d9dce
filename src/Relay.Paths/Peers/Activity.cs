namespace Relay.Paths.Peers;

/// <summary>When data last went and came, as far as samples of the counters tell.</summary>
internal sealed class Activity(TrafficCounters traffic)
{
    private long _sent, _sentDirect, _receivedDirect, _receivedRelayed;

    internal TimeSpan SentAt { get; private set; } = Timing.Never;

    internal TimeSpan ReceivedDirectAt { get; private set; } = Timing.Never;

    internal TimeSpan ReceivedRelayedAt { get; private set; } = Timing.Never;

    /// <summary>Since when we send on the direct path and hear nothing on it; null when we do hear, or do not send.</summary>
    internal TimeSpan? SilentSince { get; private set; }

    internal TimeSpan ReceivedAt => ReceivedDirectAt > ReceivedRelayedAt ? ReceivedDirectAt : ReceivedRelayedAt;

    /// <summary>Whether packets were sent that no sample has seen yet.</summary>
    internal bool HasUnseenSends => traffic.TotalSent != _sent;

    internal bool IsBusy(TimeSpan now) => now - SentAt <= Timing.Busy;

    internal bool IsActive(TimeSpan now) => now - SentAt <= Timing.Rest;

    /// <summary>Looks at the counters.</summary>
    /// <returns>Whether anything was sent since the last look.</returns>
    internal bool Sample(TimeSpan now)
    {
        if (Changed(ref _receivedRelayed, traffic.TotalReceivedRelayed)) ReceivedRelayedAt = now;
        if (Changed(ref _sentDirect, traffic.TotalSentDirect)) SilentSince ??= now;
        if (Changed(ref _receivedDirect, traffic.TotalReceivedDirect)) HeardDirect(now);
        if (!Changed(ref _sent, traffic.TotalSent)) return false;
        SentAt = now;
        return true;
    }

    /// <summary>Something else than data proved that the silence is not the path's.</summary>
    internal void EndSilence() => SilentSince = null;

    private void HeardDirect(TimeSpan now)
    {
        ReceivedDirectAt = now;
        SilentSince = null;
    }

    private static bool Changed(ref long seen, long count)
    {
        if (seen == count) return false;
        seen = count;
        return true;
    }
}
