namespace Relay.Agent.Status;

/// <summary>What an agent is doing.</summary>
internal sealed record StatusReport
{
    public required string Interface { get; init; }

    /// <summary>This node, <c>nodekey:...</c>.</summary>
    public required string Node { get; init; }

    public required double UptimeSeconds { get; init; }

    /// <summary>In the order they are used.</summary>
    public required IReadOnlyList<RelayStatus> Relays { get; init; }

    public string? PublicIPv4 { get; init; }

    public string? PublicIPv6 { get; init; }

    /// <summary>A NAT that gives each destination another port; null when unknown.</summary>
    public bool? MappingVaries { get; init; }

    public bool UdpBlocked { get; init; }

    public required IReadOnlyList<PeerStatus> Peers { get; init; }
}
