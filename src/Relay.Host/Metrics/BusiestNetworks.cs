using Relay.Server.Diagnostics;

namespace Relay.Host.Metrics;

/// <summary>
/// Chooses the networks that get series of their own: those that moved most of late. Bounded, whatever a service names
/// its networks, and in no hurry, so that series do not come and go with every lull.
/// </summary>
internal sealed class BusiestNetworks
{
    /// <summary>Networks with series of their own.</summary>
    internal const int Most = 20;

    private const int MostWeighed = 4096;

    // What was moved so long ago counts half.
    private static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(10);

    // So much more than the least of the chosen another one must have moved to take its place.
    private const double Lead = 1.25;

    private readonly Dictionary<string, double> _weights = [];
    private readonly HashSet<string> _chosen = [];

    /// <summary>Those chosen.</summary>
    internal IReadOnlySet<string> Chosen => _chosen;

    /// <summary>Takes what was moved during <paramref name="elapsed"/>, and chooses anew.</summary>
    internal void Weigh(IReadOnlyDictionary<string, MovedBytes> moved, TimeSpan elapsed)
    {
        var fade = Math.Pow(0.5, elapsed / HalfLife);
        foreach (var name in _weights.Keys.ToList()) _weights[name] *= fade;
        foreach (var (name, bytes) in moved) _weights[name] = Weight(name) + bytes.In + bytes.Out;

        // A chosen one keeps its series until somebody needs its place.
        var others = _weights.Where(w => !_chosen.Contains(w.Key)).OrderByDescending(w => w.Value).ToList();
        foreach (var faded in others.Where((w, rank) => w.Value < 1 || rank >= MostWeighed)) _weights.Remove(faded.Key);
        foreach (var (name, weight) in others.Take(Most))
        {
            if (_chosen.Count == Most)
            {
                var least = _chosen.MinBy(Weight)!;
                if (weight <= Lead * Weight(least)) break;
                _chosen.Remove(least);
            }

            _chosen.Add(name);
        }
    }

    private double Weight(string name) => _weights.GetValueOrDefault(name);
}
