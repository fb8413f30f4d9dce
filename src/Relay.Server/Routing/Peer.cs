using Relay.Protocol.Keys;
using Relay.Server.Connections;

namespace Relay.Server.Routing;

/// <summary>
/// A key that is connected here, with all its connections. <see cref="Active"/> is read by anybody; the rest belongs to
/// the <see cref="PeerDirectory"/> and its lock.
/// </summary>
internal sealed class Peer(NodeKey key)
{
    private volatile Session? _active;

    /// <summary>The key.</summary>
    public NodeKey Key { get; } = key;

    /// <summary>The one connection that packets for this key go to; null once the key has left.</summary>
    public Session? Active
    {
        get => _active;
        set => _active = value;
    }

    /// <summary>
    /// All connections of the key, the most recent joiner or talker last. This is the reference's history of talkers
    /// without its unbounded growth: a connection stands in it once.
    /// </summary>
    public List<Session> Members { get; } = [];

    /// <summary>Connections that received packets from this key and are owed a notice when it leaves.</summary>
    public HashSet<Session> Subscribers { get; } = [];
}
