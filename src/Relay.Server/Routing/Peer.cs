using Relay.Protocol.Keys;
using Relay.Server.Connections;
using Relay.Server.Mesh;

namespace Relay.Server.Routing;

/// <summary>
/// A key that is connected in this region, with all its connections here and the links to relays that have it.
/// <see cref="Route"/> and <see cref="Local"/> are read by anybody; the rest belongs to the <see cref="PeerDirectory"/> and its lock.
/// </summary>
internal sealed class Peer(NodeKey key)
{
    private volatile IRoute? _route;
    private volatile Session? _local;

    /// <summary>The key.</summary>
    public NodeKey Key { get; } = key;

    /// <summary>Where packets that clients of this relay send to the key go; null once the key has left.</summary>
    public IRoute? Route
    {
        get => _route;
        set => _route = value;
    }

    /// <summary>The key's own connection here, if it has one: all that a packet from another relay may go to.</summary>
    public Session? Local
    {
        get => _local;
        set => _local = value;
    }

    /// <summary>
    /// All connections of the key here, the most recent joiner or talker last. This is the reference's history of talkers
    /// without its unbounded growth: a connection stands in it once. A linked list, since whoever has thousands of connections
    /// of one key, and lets them speak in turns, would otherwise have all of them walked under the directory's lock.
    /// </summary>
    public LinkedList<Session> Members { get; } = new();

    /// <summary>Links to relays that say they have the key, the last to say so last.</summary>
    public List<MeshLink> Links { get; } = [];

    /// <summary>Connections that received packets from this key and are owed a notice when it leaves the region.</summary>
    public HashSet<Session> Subscribers { get; } = [];
}
