using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Udp;

namespace Relay.Agent.Up.Relays;

/// <summary>What relays bring. Packets and peers come on one loop, changes on any thread.</summary>
internal interface IRelayEvents
{
    /// <summary>For what the relays' packets become.</summary>
    IDatagramWriter CreateWriter();

    /// <summary>A packet; the writer is flushed when no other is at hand.</summary>
    void Received(NodeKey from, int region, ReadOnlyMemory<byte> packet, IDatagramWriter writer);

    /// <summary>A peer is not, or no longer, connected to a relay.</summary>
    void PeerGone(NodeKey key);

    void Changed(int region, RelayState state, string? why);

    /// <summary>Another region is the nearest.</summary>
    void HomeChanged(int region);
}
