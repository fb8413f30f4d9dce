using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Relay.Protocol.Map;

namespace Relay.Agent.Maps;

/// <summary>A DERP map in the dress that each of its readers expects.</summary>
internal static class MapFormat
{
    internal static string Write(DerpMap map, string format) => format switch
    {
        "headscale" => Headscale(map),
        "tailscale" => new JsonObject { ["derpMap"] = JsonNode.Parse(map.ToJson()) }.ToJsonString(new() { WriteIndented = true }),
        _ => map.ToJson(),
    };

    // A file for derp.paths: the same members, all in lower case.
    private static string Headscale(DerpMap map)
    {
        var yaml = new StringBuilder("regions:\n");
        foreach (var region in map.Regions.Values)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  {region.RegionID}:\n    regionid: {region.RegionID}\n");
            yaml.Append(CultureInfo.InvariantCulture, $"    regioncode: {Quote(region.RegionCode)}\n    regionname: {Quote(region.RegionName)}\n    nodes:\n");
            foreach (var node in region.Nodes) Append(yaml, node);
        }

        return yaml.ToString().TrimEnd('\n');
    }

    private static void Append(StringBuilder yaml, DerpNode node)
    {
        yaml.Append(CultureInfo.InvariantCulture, $"      - name: {Quote(node.Name)}\n        regionid: {node.RegionID}\n");
        yaml.Append(CultureInfo.InvariantCulture, $"        hostname: {Quote(node.HostName)}\n");
        if (node.CertName is not null) yaml.Append(CultureInfo.InvariantCulture, $"        certname: {Quote(node.CertName)}\n");
        if (node.IPv4 is not null) yaml.Append(CultureInfo.InvariantCulture, $"        ipv4: {Quote(node.IPv4)}\n");
        if (node.IPv6 is not null) yaml.Append(CultureInfo.InvariantCulture, $"        ipv6: {Quote(node.IPv6)}\n");
        yaml.Append(CultureInfo.InvariantCulture, $"        stunport: {node.STUNPort}\n        derpport: {node.DERPPort}\n");
        if (node.CanPort80) yaml.Append("        canport80: true\n");
    }

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
