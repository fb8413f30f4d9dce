namespace Relay.Agent.Netcheck;

/// <summary>What the NAT does, in words, and what that means for direct paths.</summary>
internal static class NatText
{
    internal static IEnumerable<(string Label, string Value)> Rows(NetcheckReport report)
    {
        if (report.Nat is { } nat)
        {
            yield return ("NAT", nat.Present ? "yes, over IPv4" : "none over IPv4: others see this machine's own address");
            yield return ("mapping", Mapping(nat.Mapping, report.MappingVariesByDestination));
            yield return ("filtering", Filtering(nat.Filtering));
        }

        yield return ("port mapping", Services(report.PortMapping));
        yield return ("direct paths", Verdict(report));
    }

    private static string Mapping(NatDependence? mapping, bool? varies) => mapping switch
    {
        NatDependence.Nothing => "endpoint-independent: one address and port towards everybody",
        NatDependence.Address => "address-dependent: another port towards each host",
        NatDependence.AddressAndPort => "address and port-dependent: another port towards each destination (symmetric)",
        _ when varies == true => "varies by destination",
        _ when varies == false => "the same for all servers asked",
        _ => "unknown: it takes a STUN server with two addresses and ports, or answers from two",
    };

    private static string Filtering(NatDependence? filtering) => filtering switch
    {
        NatDependence.Nothing => "endpoint-independent: lets anybody in at a port in use",
        NatDependence.Address => "address-dependent: lets in hosts that were written to",
        NatDependence.AddressAndPort => "address and port-dependent: lets in answers only",
        _ => "unknown: it takes a STUN server with two addresses and ports",
    };

    private static string Services(PortMappingReport router)
    {
        if (router.Gateway is null) return "no router to ask";
        var spoken = new List<string>();
        if (router.NatPmp) spoken.Add("NAT-PMP");
        if (router.Pcp) spoken.Add("PCP");
        if (router.Upnp) spoken.Add("UPnP");
        return spoken.Count == 0 ? $"none by {router.Gateway}" : $"{string.Join(", ", spoken)} by {router.Gateway}";
    }

    private static string Verdict(NetcheckReport report)
    {
        if (!report.Udp4 && !report.Udp6) return "none: UDP gets no answer here";
        if (report.PortMapping is { NatPmp: true } or { Pcp: true } or { Upnp: true }) return "likely with any peer: the router opens ports";
        if (report.Udp6) return "likely over IPv6; over IPv4 as its NAT allows";
        return (report.MappingVariesByDestination, report.Nat?.Filtering) switch
        {
            (false, NatDependence.Nothing or NatDependence.Address) => "likely with any peer",
            (false, _) => "likely, but not with peers whose mapping varies by destination",
            (true, _) => "only with peers behind an easier NAT, or none",
            _ => "unknown",
        };
    }
}
