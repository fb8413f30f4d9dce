using Relay.Protocol.Map;

namespace Relay.Client;

/// <summary>
/// Chooses the home region from measured latencies, and does not leave the present one for little (spec/derp.md 16.3). Pure
/// functions; thread safe.
/// </summary>
public static class RegionChooser
{
    private static readonly TimeSpan WorthLeaving = TimeSpan.FromMilliseconds(10);

    /// <summary>The best home, or null when no region that may be one has answered and there is none to keep.</summary>
    /// <param name="map">Which regions there are, which may be a home, and how they are weighed.</param>
    /// <param name="measured">What answered, in the present round of measuring, and how fast; any number of regions.</param>
    /// <param name="home">The present home, if there is one.</param>
    public static int? Choose(DerpMap map, IReadOnlyDictionary<int, RegionMeasurement> measured, HomeRegion? home = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(measured);
        var best = measured
            .Where(m => map.Regions.TryGetValue(m.Key, out var region) && !region.NoMeasureNoHome)
            .Select(m => (Id: m.Key, Latency: m.Value.BestRecent * Score(map, m.Key)))
            .OrderBy(m => m.Latency).ThenBy(m => m.Id)
            .Cast<(int Id, TimeSpan Latency)?>().FirstOrDefault();

        // A home that the map no longer has, or no longer allows, is not kept.
        if (home is not null && (!map.Regions.TryGetValue(home.Id, out var present) || present.NoMeasureNoHome)) home = null;
        if (best is not { } found) return home is { HeardWithinTwoMinutes: true } ? home.Id : null;
        if (home is null || home.Id == found.Id) return found.Id;

        var answered = measured.TryGetValue(home.Id, out var own);
        if (!answered) return home.HeardJustNow ? home.Id : found.Id;
        var current = own.Current * Score(map, home.Id);
        var keep = current - found.Latency < WorthLeaving || found.Latency > current / 3 * 2;
        return keep ? home.Id : found.Id;
    }

    private static double Score(DerpMap map, int region) =>
        map.HomeParams?.RegionScore?.TryGetValue(region, out var score) == true && score > 0 && double.IsFinite(score) ? score : 1;
}
