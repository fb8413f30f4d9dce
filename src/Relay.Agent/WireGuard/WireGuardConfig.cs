using Relay.Protocol.Keys;

namespace Relay.Agent.WireGuard;

/// <summary>What the agent needs to know of a WireGuard interface.</summary>
internal sealed record WireGuardConfig
{
    internal const int DefaultMtu = 1420;

    /// <summary>The interface's own key, which is the node's key too. Null in a file that leaves it to a command.</summary>
    internal NodePrivateKey? PrivateKey { get; init; }

    /// <summary>The UDP port that WireGuard listens on; null when the system chooses it.</summary>
    internal int? ListenPort { get; init; }

    /// <summary>The interface's MTU; null for the default.</summary>
    internal int? Mtu { get; init; }

    internal IReadOnlyList<NodeKey> Peers { get; init; } = [];
}
