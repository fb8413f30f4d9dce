using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Udp;

namespace Relay.Agent.Up.Relays;

/// <summary>What relays bring. Called on each relay's own loop.</summary>
internal interface IRelayEvents
{
    /// <summary>For what one relay's packets become.</summary>
    IDatagramWriter CreateWriter();

    /// <summary>A packet; the writer is flushed when no other is at hand.</summary>
    void Received(RelayLink relay, NodeKey from, ReadOnlyMemory<byte> packet, IDatagramWriter writer);

    /// <summary>A peer is not, or no longer, connected to this relay.</summary>
    void PeerGone(RelayLink relay, NodeKey key);

    void Changed(RelayLink relay, RelayState state, string? why);
}
