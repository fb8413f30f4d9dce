using Relay.Server.Queues;
using Relay.Server.Transport;

namespace Relay.Server.Connections;

/// <summary>
/// Whether a client takes what is being written to it. What its kernel acknowledges tells: a write itself gets on only once
/// a third of the socket's buffer is free, for which a phone on a slow line needs many seconds. Used by the heartbeat alone.
/// </summary>
internal struct Uptake
{
    // Of what is held for a client, which is some 64 packets and what their buffers have to spare. So much must be taken each
    // time, or else whoever takes a byte now and then could have the relay hold megabytes for it.
    private const int Share = 64;

    // A write that has just begun to wait is not worth a system call.
    private const long FirstLook = 250;

    private long _acknowledged;
    private long _gotOn;

    /// <summary>Whether the client has taken next to nothing for <paramref name="limit"/>.</summary>
    /// <param name="outbox">What is written to it.</param>
    /// <param name="carrier">The socket at the bottom; null when unknown, and then a whole write counts.</param>
    /// <param name="now">By the coarse clock.</param>
    /// <param name="limit">How long that may last.</param>
    /// <param name="time">The clock of <paramref name="carrier"/>.</param>
    public bool HasStalled(Outbox outbox, SocketStream? carrier, long now, TimeSpan limit, TimeProvider time)
    {
        var since = outbox.WritingSince;
        if (since == 0 || now - since < FirstLook) return false;
        if (carrier?.Acknowledged is { } acknowledged && acknowledged - _acknowledged > outbox.Held / Share)
            (_acknowledged, _gotOn) = (acknowledged, now);
        return now - Math.Max(since, _gotOn) >= limit.TotalMilliseconds
            && (carrier is not { WriteGotOn: > 0 and var gotOn } || time.GetElapsedTime(gotOn) >= limit);
    }
}
