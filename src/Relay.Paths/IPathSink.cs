using Relay.Protocol.Keys;
using Relay.Stun.Messages;

namespace Relay.Paths;

/// <summary>
/// What a <see cref="PathEngine"/> wants done. It is called from within the engine's own methods, in order; it must not
/// call back into the engine, and must copy a span that it keeps. A send that fails is a lost packet, never an exception.
/// </summary>
public interface IPathSink
{
    /// <summary>Sends a datagram from the socket that also carries WireGuard, so that both share one NAT mapping.</summary>
    void SendDatagram(TransportAddress address, ReadOnlySpan<byte> datagram);

    /// <summary>Sends a packet to a peer through the relay.</summary>
    void SendRelayed(NodeKey peer, ReadOnlySpan<byte> packet);

    /// <summary>A peer's route was replaced; it is in force already.</summary>
    void PathChanged(PathChange change);
}
