namespace Relay.Paths.PortMapping;

/// <summary>How a router is asked for a port.</summary>
public enum PortMappingProtocol
{
    /// <summary>NAT Port Mapping Protocol (RFC 6886).</summary>
    NatPmp,

    /// <summary>Port Control Protocol (RFC 6887).</summary>
    Pcp,

    /// <summary>UPnP Internet Gateway Device, version 1 or 2.</summary>
    Upnp,
}
