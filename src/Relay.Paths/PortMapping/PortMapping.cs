using System.Net;

namespace Relay.Paths.PortMapping;

/// <summary>A port outside the router that leads to one of ours.</summary>
/// <param name="External">Where others reach it. A claim of the router's: it may be behind another NAT itself.</param>
/// <param name="Protocol">How it was got.</param>
/// <param name="Lifetime">How long the router keeps it unless it is asked again, which is done in time.</param>
public sealed record PortMapping(IPEndPoint External, PortMappingProtocol Protocol, TimeSpan Lifetime);
