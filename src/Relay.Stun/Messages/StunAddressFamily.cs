namespace Relay.Stun.Messages;

/// <summary>The two families of internet addresses. The values are those of the wire (RFC 8489, 14.1) and will not change.</summary>
public enum StunAddressFamily
{
    /// <summary>IPv4; also what came in as an IPv4-mapped IPv6 address.</summary>
    IPv4 = 1,

    /// <summary>IPv6.</summary>
    IPv6 = 2,
}
