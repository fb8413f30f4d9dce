namespace Relay.Agent.Doctor;

/// <summary>Mistakes that a map's text alone gives away.</summary>
internal static class MapChecks
{
    internal static void Run(Examination on)
    {
        var node = on.Node;
        var before = on.Findings.Count;
        if (node.DERPPort is not (0 or 443) && !on.Source.PlainHttp)
            on.Warn("map", $"DERPPort is {node.DERPPort}", "stock clients behind an HTTP proxy, and browsers, use 443 whatever the map says: serve 443 if you have such clients");
        if (node.CanPort80 && node.IPv4 is null or "none")
            on.Warn("map", $"CanPort80 with IPv4 {node.IPv4 ?? "absent"}", "clients ask port 80 by IPv4 address: set IPv4, or leave CanPort80 out");
        if (node.CertName is { } name && name.StartsWith("sha256-raw:", StringComparison.Ordinal) && name.Any(char.IsAsciiLetterUpper))
            on.Fail("map", $"CertName has upper-case hex digits", "stock clients compare the pin as lower-case text: write it in lower case");
        if (node.InsecureForTests)
            on.Warn("map", $"InsecureForTests is set", "anybody in between can pose as this relay: use a certificate, or CertName with a pin");
        if (on.Findings.Count == before) on.Ok("map", $"nothing wrong with its entry");
    }
}
