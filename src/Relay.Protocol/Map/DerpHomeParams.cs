namespace Relay.Protocol.Map;

/// <summary>Parameters for choosing a home region.</summary>
public sealed record DerpHomeParams
{
    /// <summary>Multiplies a region's measured latency: below 1 favours it, above 1 penalises it; absent is 1, zero or less is ignored.</summary>
    public SortedDictionary<int, double>? RegionScore { get; init; }
}
