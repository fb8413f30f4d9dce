namespace Relay.Testing.Namespaces;

/// <summary>How a router treats UDP, in the terms of RFC 4787: who may use a mapping, and when there is a new one.</summary>
public enum NatClass
{
    /// <summary>Endpoint-independent mapping and filtering: a full cone.</summary>
    FullCone,

    /// <summary>Endpoint-independent mapping, address-dependent filtering: a restricted cone.</summary>
    RestrictedCone,

    /// <summary>Endpoint-independent mapping, address and port-dependent filtering: a port-restricted cone.</summary>
    PortRestrictedCone,

    /// <summary>Plain Linux masquerading: like a port-restricted cone as long as ports do not collide.</summary>
    Masquerade,

    /// <summary>Address-dependent mapping, address and port-dependent filtering.</summary>
    AddressDependent,

    /// <summary>Address and port-dependent mapping and filtering: a symmetric NAT.</summary>
    Symmetric,

    /// <summary>Masquerading for all but UDP, which does not get through at all.</summary>
    UdpBlocked,
}
