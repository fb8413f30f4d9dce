using System.Text.Json;
using System.Text.Json.Serialization;

namespace Relay.Protocol.Map;

/// <summary>Which relays there are, by region: the JSON that Tailscale, Headscale and this project share (spec/derper-surface.md 13).</summary>
public sealed record DerpMap
{
    /// <summary>Parameters for choosing a home; null when absent.</summary>
    public DerpHomeParams? HomeParams { get; init; }

    /// <summary>Regions by id. The key equals the region's own <see cref="DerpRegion.RegionID"/>.</summary>
    public SortedDictionary<int, DerpRegion> Regions { get; init => field = value ?? []; } = [];

    /// <summary>Do not use the vendor's relays besides these. Spelled in lower camel case on the wire, unlike its siblings.</summary>
    [JsonPropertyName("omitDefaultRegions")]
    public bool OmitDefaultRegions { get; init; }

    /// <summary>
    /// Reads the JSON. Names match in any case, unknown members are ignored, null stands for a list, object or text that is absent.
    /// </summary>
    /// <exception cref="FormatException">Not a DERP map; the message says where and what would be right, on one line.</exception>
    public static DerpMap Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var map = JsonSerializer.Deserialize(json, DerpMapJson.Default.DerpMap)
                ?? throw new FormatException("the DERP map is null; an object with \"Regions\" was expected");
            DerpMapRules.Check(map);
            return map;
        }
        catch (JsonException e)
        {
            throw new FormatException(DerpMapFault.Describe(e), e);
        }
    }

    /// <summary>Writes the JSON, indented, members in the reference's order, empty ones left out.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DerpMapJson.Default.DerpMap);
}
