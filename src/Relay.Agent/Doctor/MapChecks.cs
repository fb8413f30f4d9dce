using Relay.Client;
using Relay.Protocol.Map;

namespace Relay.Agent.Doctor;

/// <summary>Mistakes that a map's text alone gives away.</summary>
internal static class MapChecks
{
    private const string Pin = "sha256-raw:";

    /// <summary>What is wrong with regions as a whole.</summary>
    internal static List<Finding> Regions(DerpMap map) =>
    [
        .. map.Regions.Values.Where(r => r.Nodes.Count == 0).Select(r => new Finding(
            $"region {r.RegionID}", "map", Finding.Warn, "it has no nodes", "give it a node, or leave the region out of the map")),
    ];

    /// <summary>What is wrong with one node's entry. Sets <see cref="Examination.Endpoint"/> where the entry can be used.</summary>
    internal static void Run(Examination on)
    {
        var node = on.Node;
        var before = on.Findings.Count;
        if (!node.STUNOnly) Connection(on);
        else if (node.EffectiveStunPort is null)
        {
            on.Fail("map", $"STUNOnly, and STUNPort is {node.STUNPort}, which is none",
                "set STUNPort, or leave the node out: it is for nothing");
        }

        if (node.DERPPort is not (0 or 443) && !on.Source.PlainHttp && !node.STUNOnly)
        {
            on.Warn("map", $"DERPPort is {node.DERPPort}",
                "stock clients behind an HTTP proxy, and browsers, use 443 whatever the map says: serve 443 if you have such clients");
        }

        if (node.CanPort80 && node.IPv4 is null or "none")
        {
            on.Warn("map", $"CanPort80 with IPv4 {node.IPv4 ?? "absent"}",
                "clients ask port 80 by IPv4 address: set IPv4, or leave CanPort80 out");
        }

        if (node.CertName is { } name && name.StartsWith(Pin, StringComparison.Ordinal) && name.Any(char.IsAsciiLetterUpper))
        {
            on.Fail("map", $"CertName has upper-case hex digits",
                "stock clients compare the pin as lower-case text: write it in lower case");
        }

        if (node.InsecureForTests)
        {
            on.Warn("map", $"InsecureForTests is set",
                "anybody in between can pose as this relay: use a certificate, or CertName with a pin");
        }

        if (on.Findings.Count == before) on.Ok("map", $"nothing wrong with its entry");
    }

    private static void Connection(Examination on)
    {
        try
        {
            on.Endpoint = RelayEndpoint.FromNode(on.Node, on.Source.PlainHttp);
        }
        catch (FormatException e)
        {
            on.Fail("map", $"{e.Message}", "correct the entry: no client can connect by it");
        }
    }
}
