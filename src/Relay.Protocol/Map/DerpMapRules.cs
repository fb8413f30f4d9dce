namespace Relay.Protocol.Map;

/// <summary>What a DERP map must keep to beyond its JSON, before any of it reaches a socket, a header or a terminal.</summary>
internal static class DerpMapRules
{
    internal static void Check(DerpMap map)
    {
        foreach (var (id, score) in map.HomeParams?.RegionScore ?? [])
        {
            if (!double.IsFinite(score)) throw Fault($"the RegionScore of region {id} is too large; a number near 1 was expected");
        }

        foreach (var (id, region) in map.Regions)
        {
            if (region is null) throw Fault($"region {id} is null; an object was expected");
            CheckRegion(id, region);
        }
    }

    private static void CheckRegion(int id, DerpRegion region)
    {
        if (region.RegionID != id) throw Fault($"region {id} has RegionID {region.RegionID}; both must be the same number");
        if (!double.IsFinite(region.Latitude) || !double.IsFinite(region.Longitude)) throw Fault($"region {id} has a position that is no number of degrees");
        CheckText(region.RegionCode, id, "RegionCode");
        CheckText(region.RegionName, id, "RegionName");
        foreach (var node in region.Nodes)
        {
            if (node is null) throw Fault($"region {id} has a node that is null; an object was expected");
            CheckNode(id, node);
        }
    }

    private static void CheckNode(int id, DerpNode node)
    {
        // Name and HostName become header values: a line break in one would be a header of the map's author.
        CheckText(node.Name, id, "Name");
        if (node.HostName.Length == 0) throw Fault($"region {id} has a node without HostName; its name or address was expected");
        if (Uri.CheckHostName(node.HostName) == UriHostNameType.Unknown)
            throw Fault($"region {id} has a node with HostName '{DerpMapFault.OneLine(node.HostName)}'; a DNS name or an address was expected");
        if (node.DERPPort is < 0 or > 65535) throw Fault($"region {id} has a node with DERPPort {node.DERPPort}; 1 to 65535 was expected, or 0 for 443");
    }

    private static void CheckText(string text, int id, string member)
    {
        if (text.Any(char.IsControl)) throw Fault($"region {id} has a {member} with control characters; plain text was expected");
    }

    private static FormatException Fault(string what) => new($"the DERP map is not valid: {what}");
}
