using Relay.Stun.Messages;

namespace Relay.Paths;

/// <summary>What STUN told about this machine's place in the network.</summary>
public sealed record NatReport
{
    /// <summary>Before the first answer.</summary>
    public static NatReport Unknown { get; } = new();

    /// <summary>Our IPv4 address as others see it; the default value when no server answered.</summary>
    public TransportAddress PublicIPv4 { get; init; }

    /// <summary>Our IPv6 address as others see it; the default value when no server answered.</summary>
    public TransportAddress PublicIPv6 { get; init; }

    /// <summary>Whether the NAT maps differently for each destination (a symmetric NAT); null before two servers answered.</summary>
    public bool? MappingVaries { get; init; }

    /// <summary>Whether a round of requests ended without any answer.</summary>
    public bool UdpBlocked { get; init; }
}
