using Relay.Stun.Messages;

namespace Relay.Paths;

/// <summary>
/// What this machine knows about its own reachability, apart from what the engine learns by itself through STUN.
/// </summary>
public sealed record LocalNetwork
{
    /// <summary>No network at all.</summary>
    public static LocalNetwork None { get; } = new();

    /// <summary>
    /// The addresses of the interfaces that are up, each with the port of the socket of its family. Leave out WireGuard's
    /// own interfaces, or a path would lead through itself. Any difference in these counts as a change of network.
    /// </summary>
    public IReadOnlyList<TransportAddress> Addresses { get; init; } = [];

    /// <summary>Addresses outside the router that port mapping protocols opened for us.</summary>
    public IReadOnlyList<TransportAddress> PortMappings { get; init; } = [];

    /// <summary>
    /// STUN servers, nearest first. To tell whether the NAT's mapping depends on the destination it takes two with
    /// different addresses or ports in one family.
    /// </summary>
    public IReadOnlyList<TransportAddress> StunServers { get; init; } = [];
}
