using System.Globalization;

namespace Relay.Testing;

/// <summary>Prometheus text, as far as tests ask.</summary>
public sealed class ScrapedMetrics(string text)
{
    private readonly string[] _lines = text.Split('\n');

    /// <summary>The sum of a metric over all its labels, or over those series that start with <paramref name="series"/>. Fails when there is none.</summary>
    public double Sum(string series)
    {
        var found = _lines
            .Where(line => line.StartsWith(series, StringComparison.Ordinal) && line.Length > series.Length && line[series.Length] is ' ' or '{')
            .Select(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture))
            .ToList();
        return found.Count > 0 ? found.Sum() : throw new InvalidOperationException($"no series {series}");
    }
}
