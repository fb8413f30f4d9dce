namespace Relay.Paths.Tests.Simulation;

/// <summary>The NAT classes of the lab, and none at all.</summary>
public enum NatClass
{
    FullCone,
    AddressRestricted,
    PortRestricted,
    SymmetricByAddress,
    Symmetric,
    Blocked,
}
