using System.Text.Json.Serialization;

namespace Relay.Protocol.Map;

/// <summary>One relay of a region (spec/derper-surface.md 13.3). Optional texts are null when absent or empty, which is the same.</summary>
public sealed record DerpNode
{
    /// <summary>Unique over all regions, such as <c>900a</c>; not a host name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The region it belongs to.</summary>
    public int RegionID { get; init; }

    /// <summary>DNS name or address: what TLS is asked for, and what is resolved when no address is given. Required.</summary>
    public string HostName { get; init => field = value ?? ""; } = "";

    /// <summary>A certificate name other than <see cref="HostName"/>, or <c>sha256-raw:</c> and the lower-case hex SHA-256 of the one certificate.</summary>
    public string? CertName { get; init => field = value is "" ? null : value; }

    /// <summary>The address to use instead of DNS; anything that is no IPv4 address (by convention <c>none</c>) switches IPv4 off.</summary>
    public string? IPv4 { get; init => field = value is "" ? null : value; }

    /// <summary>The address to use instead of DNS; anything that is no IPv6 address (by convention <c>none</c>) switches IPv6 off.</summary>
    public string? IPv6 { get; init => field = value is "" ? null : value; }

    /// <summary>UDP port of STUN: 0 is 3478, negative or above 65535 is none.</summary>
    public int STUNPort { get; init; }

    /// <summary>No relay here, STUN only.</summary>
    public bool STUNOnly { get; init; }

    /// <summary>TCP port of the relay: 0 is 443. Proxied and WebSocket connections of the reference ignore it.</summary>
    public int DERPPort { get; init; }

    /// <summary>Skip the check of the certificate. For tests only.</summary>
    public bool InsecureForTests { get; init; }

    /// <summary>Where STUN is asked instead, in tests.</summary>
    public string? STUNTestIP { get; init => field = value is "" ? null : value; }

    /// <summary>The relay answers <c>/generate_204</c> on port 80 by address.</summary>
    public bool CanPort80 { get; init; }

    /// <summary>The STUN port in force: 3478 by default, null where there is none.</summary>
    [JsonIgnore]
    public int? EffectiveStunPort => STUNPort switch { 0 => 3478, > 0 and <= 65535 => STUNPort, _ => null };

    /// <summary>The relay's TCP port in force.</summary>
    [JsonIgnore]
    public int EffectiveDerpPort => DERPPort == 0 ? 443 : DERPPort;
}
