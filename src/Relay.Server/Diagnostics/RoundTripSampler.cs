using Relay.Server.Connections;

namespace Relay.Server.Diagnostics;

/// <summary>
/// Asks the kernel for the TCP round trip of a few clients at each heartbeat: each about twice a minute, and never more
/// than a bounded number at once, however many there are. Used by the heartbeat alone.
/// </summary>
internal sealed class RoundTripSampler
{
    // 30 s of heartbeats.
    private const int UsualPeriod = 120;

    // Some 2 µs each: 1 ms of a heartbeat's 250.
    private const int MostAtOnce = 500;

    private long _beat;
    private long _period = UsualPeriod;

    /// <summary>What was measured so far. Over TLS and plain TCP; WebSockets are carried by the HTTP server.</summary>
    public DurationHistogram RoundTrips { get; } = new();

    /// <summary>A new heartbeat, over <paramref name="sessions"/> of them.</summary>
    public void Begin(int sessions)
    {
        _beat++;
        _period = Math.Max(UsualPeriod, sessions / MostAtOnce);
    }

    /// <summary>Measures it if it is its turn.</summary>
    public void Offer(Session session)
    {
        if ((session.Id + _beat) % _period == 0 && session.MeasureRoundTrip() is { } roundTrip) RoundTrips.Add(roundTrip);
    }
}
