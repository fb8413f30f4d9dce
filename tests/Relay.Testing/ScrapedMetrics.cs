using System.Globalization;
using System.Text.RegularExpressions;

namespace Relay.Testing;

/// <summary>Prometheus text, as far as tests ask.</summary>
public sealed partial class ScrapedMetrics
{
    private readonly List<(string Name, Dictionary<string, string> Labels, double Value)> _series = [];

    /// <param name="text">What the endpoint served.</param>
    public ScrapedMetrics(string text)
    {
        foreach (Match line in Series().Matches(text))
        {
            var labels = Label().Matches(line.Groups["labels"].Value).ToDictionary(label => label.Groups["name"].Value, label => label.Groups["value"].Value);
            _series.Add((line.Groups["name"].Value, labels, double.Parse(line.Groups["value"].Value, CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>The names of all series; a histogram has three.</summary>
    public IEnumerable<string> Names => _series.Select(series => series.Name).Distinct();

    /// <summary>The labels of all series of this name.</summary>
    public IEnumerable<IReadOnlyDictionary<string, string>> Labels(string name) => _series.Where(series => series.Name == name).Select(series => series.Labels);

    /// <summary>
    /// The sum of a metric over all its series, or over those with these labels: <c>name</c> or
    /// <c>name{label="value",...}</c>. Fails when there is none.
    /// </summary>
    public double Sum(string series)
    {
        var wanted = Label().Matches(series).Select(label => (label.Groups["name"].Value, label.Groups["value"].Value)).ToList();
        var name = series.Split('{')[0];
        var found = _series
            .Where(s => s.Name == name && wanted.All(label => s.Labels.TryGetValue(label.Item1, out var value) && value == label.Item2))
            .Select(s => s.Value)
            .ToList();
        return found.Count > 0 ? found.Sum() : throw new InvalidOperationException($"no series {series}");
    }

    [GeneratedRegex(@"^(?<name>[a-z_]+)(\{(?<labels>.*)\})? (?<value>\S+)$", RegexOptions.Multiline)]
    private static partial Regex Series();

    [GeneratedRegex(@"(?<name>[a-z_]+)=""(?<value>[^""]*)""")]
    private static partial Regex Label();
}
