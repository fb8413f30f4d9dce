using Relay.Protocol.Keys;

namespace Relay.Paths;

/// <summary>
/// One peer: where its packets go now, and counts of what went where. These members are for the threads that carry
/// packets: they take no lock, allocate nothing, and may be called at any time. Everything else about a peer is behind
/// its <see cref="PathEngine"/>.
/// </summary>
public sealed class PeerPath
{
    private volatile PathRoute _route = PathRoute.Relay;
    private int _tellSent = 1;
    private int _tellRelayed;
    private int _tellElsewhere;

    internal PeerPath(NodeKey key) => Key = key;

    /// <summary>The peer's key.</summary>
    public NodeKey Key { get; }

    /// <summary>Where to send now. Read it once for each packet or batch.</summary>
    public PathRoute Route
    {
        get => _route;
        internal set => _route = value;
    }

    /// <summary>What went where so far.</summary>
    public PathTraffic Traffic => Counters.Read();

    internal TrafficCounters Counters { get; } = new();

    /// <summary>
    /// Counts packets just sent by <paramref name="route"/>. True when the engine waits for this: then call
    /// <see cref="PathEngine.Wake"/>.
    /// </summary>
    public bool CountSent(PathRoute route, int packets, long bytes)
    {
        ArgumentNullException.ThrowIfNull(route);
        Counters.Sent(route, packets, bytes);
        return TakeFlag(ref _tellSent);
    }

    /// <summary>Counts WireGuard packets that came over UDP, from whatever address.</summary>
    public void CountReceivedDirect(int packets, long bytes) => Counters.ReceivedDirect(packets, bytes);

    /// <summary>
    /// A WireGuard packet of the peer's came from an address that <see cref="PathEngine.PeerAt"/> does not know. True when
    /// the engine waits for this: then call <see cref="PathEngine.OnElsewhere"/>.
    /// </summary>
    public bool HeardElsewhere() => TakeFlag(ref _tellElsewhere);

    /// <summary>
    /// Counts WireGuard packets that came through the relay. True when the engine waits for this: then call
    /// <see cref="PathEngine.Wake"/>.
    /// </summary>
    public bool CountReceivedRelayed(int packets, long bytes)
    {
        Counters.ReceivedRelayed(packets, bytes);
        return TakeFlag(ref _tellRelayed);
    }

    /// <summary>The next <see cref="CountSent"/> returns true.</summary>
    internal void TellWhenSent(bool tell) => Volatile.Write(ref _tellSent, tell ? 1 : 0);

    /// <summary>The next <see cref="CountReceivedRelayed"/> returns true.</summary>
    internal void TellWhenRelayed(bool tell) => Volatile.Write(ref _tellRelayed, tell ? 1 : 0);

    /// <summary>The next <see cref="HeardElsewhere"/> returns true.</summary>
    internal void TellWhenElsewhere(bool tell) => Volatile.Write(ref _tellElsewhere, tell ? 1 : 0);

    private static bool TakeFlag(ref int flag) => Volatile.Read(ref flag) != 0 && Interlocked.Exchange(ref flag, 0) != 0;
}
