namespace Relay.Client;

/// <summary>How fast a region answered.</summary>
/// <param name="Current">In this round.</param>
/// <param name="BestRecent">The smallest of the last five minutes, this round among them.</param>
public readonly record struct RegionMeasurement(TimeSpan Current, TimeSpan BestRecent);
