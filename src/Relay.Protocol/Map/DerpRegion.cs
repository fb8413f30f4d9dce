namespace Relay.Protocol.Map;

/// <summary>One region: one or more relays that forward to each other (spec/derper-surface.md 13.2).</summary>
public sealed record DerpRegion
{
    /// <summary>Positive; 900 to 999 are for private relays.</summary>
    public int RegionID { get; init; }

    /// <summary>A short code, such as <c>nyc</c>.</summary>
    public string RegionCode { get; init => field = value ?? ""; } = "";

    /// <summary>What people call it.</summary>
    public string RegionName { get; init => field = value ?? ""; } = "";

    /// <summary>Degrees north; informative.</summary>
    public double Latitude { get; init; }

    /// <summary>Degrees east; informative.</summary>
    public double Longitude { get; init; }

    /// <summary>Deprecated by the reference: kept when read and written.</summary>
    public bool Avoid { get; init; }

    /// <summary>Never measured and never a home; still used to reach peers whose home it is.</summary>
    public bool NoMeasureNoHome { get; init; }

    /// <summary>The relays, in the order this client should try them; the first is its ideal node.</summary>
    public IReadOnlyList<DerpNode> Nodes { get; init => field = value ?? []; } = [];
}
