using System.Text.Json.Serialization;

namespace Relay.Agent.Netcheck;

/// <summary>On what a NAT lets depend how it maps a socket, or whom it lets in (RFC 4787, 4.1 and 5).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NatDependence>))]
internal enum NatDependence
{
    /// <summary>On nothing: one mapping for all destinations; who knows it is let in.</summary>
    [JsonStringEnumMemberName("endpoint_independent")]
    Nothing,

    /// <summary>On the other side's address.</summary>
    [JsonStringEnumMemberName("address_dependent")]
    Address,

    /// <summary>On the other side's address and port.</summary>
    [JsonStringEnumMemberName("address_and_port_dependent")]
    AddressAndPort,
}

/// <summary>How this machine's NAT behaves over IPv4.</summary>
/// <param name="Present">Whether others see another address than the machine's own.</param>
/// <param name="Mapping">Null where no server can tell.</param>
/// <param name="Filtering">Null where no server can tell. Also of a firewall without a NAT.</param>
/// <param name="TestedWith">The server with two addresses and two ports; null where there is none.</param>
internal sealed record NatBehaviour(bool Present, NatDependence? Mapping, NatDependence? Filtering, string? TestedWith);
