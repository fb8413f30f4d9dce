using Relay.Agent.Maps;
using Relay.Protocol.Keys;

namespace Relay.Agent.Up;

/// <summary>What an agent runs with: everything is known and checked before a port opens.</summary>
internal sealed record UpSettings
{
    /// <summary>WireGuard's interface.</summary>
    internal required string Device { get; init; }

    /// <summary>The node's key, which is WireGuard's.</summary>
    internal required NodePrivateKey Key { get; init; }

    /// <summary>The peers of the file; null: those that the interface has, as they come and go.</summary>
    internal IReadOnlyList<NodeKey>? Peers { get; init; }

    /// <summary>The port that the file gives WireGuard.</summary>
    internal int? ListenPort { get; init; }

    /// <summary>WireGuard's MTU.</summary>
    internal required int Mtu { get; init; }

    internal required RelaySource Source { get; init; }

    internal int? Region { get; init; }

    /// <summary>The UDP port that faces the network; 0 for the system's choice.</summary>
    internal int Port { get; init; }

    /// <summary>Where <c>relay status</c> asks.</summary>
    internal required string ControlPath { get; init; }
}
