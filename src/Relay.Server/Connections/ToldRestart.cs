using Microsoft.Extensions.Logging;

namespace Relay.Server.Connections;

/// <summary>
/// The told restart: every client hears when to come back, at times spread over <see cref="RelayOptions.RestartSpread"/>, and
/// is served on until its connection ends. Where the region has other relays, that is at the time it was told and a little
/// later, so that whoever moves is there before; where it has none, at once, so that the restart is short, and the spread
/// is no longer than the relay needs to take them all back.
/// </summary>
internal sealed class ToldRestart(SessionTable sessions, RelayOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan BeatInterval = TimeSpan.FromMilliseconds(250);

    // Time to read the notice before the connection ends: what a reset overtakes may be lost.
    private static readonly TimeSpan ReadTime = TimeSpan.FromSeconds(1);

    // Time to connect elsewhere and to empty what is under way; a crowded machine takes a while for its handshakes.
    private static readonly TimeSpan MoveTime = TimeSpan.FromSeconds(2);

    // A handshake with TLS takes about a millisecond of a core (loadtest/README.md): coming back takes half of one.
    private static readonly TimeSpan ComeBackTime = TimeSpan.FromMilliseconds(2);

    private readonly long _began = time.GetTimestamp();
    private readonly TimeSpan _spread = options.RestartElsewhere || sessions.Count * ComeBackTime > options.RestartSpread
        ? options.RestartSpread
        : sessions.Count * ComeBackTime;

    private int _cutShort;

    /// <summary>Completes when every connection has been ended, at the latest after <paramref name="limit"/>.</summary>
    public async Task RunAsync(TimeSpan limit)
    {
        Log.DrainStarted(logger, sessions.Count);
        var left = sessions.Live.Select(session => (Session: session, End: Tell(session))).ToList();
        using var beat = new PeriodicTimer(BeatInterval, time);
        do
        {
            var elapsed = time.GetElapsedTime(_began);
            left.RemoveAll(one => !sessions.Contains(one.Session) || TryEnd(one.Session, one.End, elapsed, limit));
        }
        while (!left.TrueForAll(one => one.Session.HasMeshRights) && await beat.WaitForNextTickAsync().ConfigureAwait(false));

        // Other relays go last: until then they brought what those who had moved sent to those who had not.
        foreach (var (relay, _) in left) relay.End(EndReason.Shutdown);
        Log.DrainEnded(logger, _cutShort);
    }

    // The time after which the connection has to end.
    private TimeSpan Tell(Session session)
    {
        // Whoever still shakes hands expects the ServerInfo before anything else, and finds another relay as soon as this one hangs up.
        if (!session.IsClient) return TimeSpan.Zero;
        var reconnectIn = Random.Shared.NextDouble() * _spread;
        session.TellRestart(reconnectIn, options.RestartTryFor);
        if (session.HasMeshRights) return TimeSpan.MaxValue;
        return options.RestartElsewhere ? reconnectIn + MoveTime : ReadTime;
    }

    private bool TryEnd(Session session, TimeSpan end, TimeSpan elapsed, TimeSpan limit)
    {
        var isWritten = session.Outbox.WhenIdleAsync().IsCompleted;
        if (elapsed < limit && (elapsed < end || !isWritten)) return false;
        if (!isWritten) _cutShort++;
        session.End(EndReason.Shutdown);
        return true;
    }
}
