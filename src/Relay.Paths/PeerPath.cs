using Relay.Protocol.Keys;

namespace Relay.Paths;

/// <summary>
/// One peer: where its packets go now, and counts of what went where. These members are for the threads that carry
/// packets: they take no lock, allocate nothing, and may be called at any time. Everything else about a peer is behind
/// its <see cref="PathEngine"/>.
/// </summary>
public sealed class PeerPath
{
    private readonly TrafficCounters _traffic = new();
    private readonly PathRoute _route = PathRoute.Relay;
    private int _wake = 1;

    internal PeerPath(NodeKey key) => Key = key;

    /// <summary>The peer's key.</summary>
    public NodeKey Key { get; }

    /// <summary>Where to send now. Read it once for each packet or batch.</summary>
    public PathRoute Route => _route;

    /// <summary>What went where so far.</summary>
    public PathTraffic Traffic => _traffic.Read();

    /// <summary>
    /// Counts packets just sent by <paramref name="route"/>. True when the engine waits for this: then call
    /// <see cref="PathEngine.Wake"/>.
    /// </summary>
    public bool CountSent(PathRoute route, int packets, long bytes)
    {
        ArgumentNullException.ThrowIfNull(route);
        _traffic.Sent(route, packets, bytes);
        return Volatile.Read(ref _wake) != 0 && Interlocked.Exchange(ref _wake, 0) != 0;
    }

    /// <summary>Counts WireGuard packets that came from one of the peer's addresses.</summary>
    public void CountReceivedDirect(int packets, long bytes) => _traffic.ReceivedDirect(packets, bytes);

    /// <summary>
    /// Counts WireGuard packets that came through the relay. True when the engine waits for this: then call
    /// <see cref="PathEngine.Wake"/>.
    /// </summary>
    public bool CountReceivedRelayed(int packets, long bytes)
    {
        _traffic.ReceivedRelayed(packets, bytes);
        return false;
    }
}
