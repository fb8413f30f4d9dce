using Relay.Server.Connections;

namespace Relay.Server.Diagnostics;

/// <summary>
/// Asks the kernel about the TCP connections of a few clients at each heartbeat: each about twice a minute, and never more
/// than a bounded number at once, however many there are. Used by the heartbeat alone; read at any time for metrics.
/// </summary>
internal sealed class TcpSampler
{
    // 30 s of heartbeats.
    private const int UsualPeriod = 120;

    // Some 2 µs each: 1 ms of a heartbeat's 250.
    private const int MostAtOnce = 500;

    private long _beat;
    private long _period = UsualPeriod;
    private long _segments;
    private long _retransmits;

    /// <summary>What was measured so far. Over TLS and plain TCP; WebSockets are carried by the HTTP server.</summary>
    public DurationHistogram RoundTrips { get; } = new();

    /// <summary>Segments with data that had been sent when they were sampled.</summary>
    public long Segments => Volatile.Read(ref _segments);

    /// <summary>Those of them that were sent again.</summary>
    public long Retransmits => Volatile.Read(ref _retransmits);

    /// <summary>A new heartbeat, over <paramref name="sessions"/> of them.</summary>
    public void Begin(int sessions)
    {
        _beat++;
        _period = Math.Max(UsualPeriod, sessions / MostAtOnce);
    }

    /// <summary>Asks about it if it is its turn.</summary>
    public void Offer(Session session)
    {
        if ((session.Id + _beat) % _period != 0 || session.ReadTcpInfo() is not { } now) return;
        if (now.RoundTrip > TimeSpan.Zero) RoundTrips.Add(now.RoundTrip);
        _segments += now.Segments - session.Sampled.Segments;
        _retransmits += now.Retransmits - session.Sampled.Retransmits;
        session.Sampled = now;
    }
}
