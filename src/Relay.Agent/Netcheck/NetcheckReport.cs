using System.Text.Json.Serialization;

namespace Relay.Agent.Netcheck;

/// <summary>What <c>relay netcheck --json</c> prints.</summary>
internal sealed record NetcheckReport
{
    /// <summary>UDP gets through to some relay over IPv4.</summary>
    public required bool Udp4 { get; init; }

    /// <summary>UDP gets through to some relay over IPv6.</summary>
    public required bool Udp6 { get; init; }

    /// <summary>This machine's IPv4 address and port as seen from outside.</summary>
    public string? Mapped4 { get; init; }

    /// <summary>This machine's IPv6 address and port as seen from outside.</summary>
    public string? Mapped6 { get; init; }

    /// <summary>UDP got no answer at all, though a relay was reached over HTTPS; null when none was reached by either.</summary>
    public bool? UdpBlocked { get; init; }

    /// <summary>How the NAT maps and filters over IPv4; null when no STUN server answered.</summary>
    public NatBehaviour? Nat { get; init; }

    /// <summary>The router, and which protocols it opens ports by.</summary>
    public required PortMappingReport PortMapping { get; init; }

    /// <summary>
    /// The NAT gives one socket different addresses towards different destinations (RFC 4787 address-dependent mapping, or
    /// address and port-dependent); null when fewer than two servers answered.
    /// </summary>
    public bool? MappingVariesByDestination { get; init; }

    /// <summary>Something in between answers for others; null when no relay of the map can tell.</summary>
    public bool? CaptivePortal { get; init; }

    /// <summary>The id of the region to call home; null when none answered.</summary>
    public int? Nearest { get; init; }

    /// <summary>Fastest first, those that did not answer last.</summary>
    public required IReadOnlyList<RegionLatency> Regions { get; init; }
}

/// <summary>Which protocols the router opens ports by.</summary>
/// <param name="Gateway">The router; null where this machine is not behind one.</param>
/// <param name="NatPmp">NAT-PMP.</param>
/// <param name="Pcp">PCP.</param>
/// <param name="Upnp">UPnP IGD.</param>
/// <param name="External">Its address outside, as it says itself.</param>
internal sealed record PortMappingReport(string? Gateway, bool NatPmp, bool Pcp, bool Upnp, string? External);

/// <summary>How far a region is.</summary>
internal sealed record RegionLatency
{
    public required int Id { get; init; }

    public required string Code { get; init; }

    public required string Name { get; init; }

    /// <summary>Over STUN; the faster family.</summary>
    public double? StunMs { get; init; }

    /// <summary>Over HTTPS; measured only where UDP is blocked.</summary>
    public double? HttpsMs { get; init; }

    /// <summary>The one that counts.</summary>
    [JsonIgnore]
    public double? Ms => StunMs ?? HttpsMs;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(NetcheckReport))]
internal sealed partial class NetcheckJson : JsonSerializerContext;
