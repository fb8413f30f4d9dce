using System.Text;
using Relay.Host.Tests.Support;
using Relay.Testing;

namespace Relay.Host.Tests.Metrics;

/// <summary>Holds docs/metrics.md to what relayd serves.</summary>
public sealed class MetricsDocumentTests
{
    private const string Begin = "<!-- table -->\n";
    private const string End = "<!-- end of table -->\n";

    private static readonly string[] OfEverySeries = ["region", "node", "le"];

    [Fact]
    public async Task Document_ListsWhatIsServed()
    {
        var path = Path.Combine(Repository.Root.FullName, "docs", "metrics.md");
        var document = await File.ReadAllTextAsync(path);
        var start = document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = document.IndexOf(End, StringComparison.Ordinal);
        using var folder = new TempFolder();
        var meshKey = folder.Write("mesh.key", new string('a', 64));
        var text = await MetricsOf.RelaydAsync("--tls", "self-signed", "--mesh-with", $"127.0.0.1:{FreePort.Tcp()}", "--mesh-key-file", meshKey)
            + await MetricsOf.RelaydAsync("--cluster", $"redis://127.0.0.1:{FreePort.Tcp()}", "--mesh-key-file", meshKey);
        var right = document[..start] + Table(text) + document[end..];
        if (Environment.GetEnvironmentVariable("RELAY_WRITE_DOCS") == "1") await File.WriteAllTextAsync(path, right);
        else Assert.Equal(right, document);
    }

    [Fact]
    public async Task EveryName_HasThePrefixAndItsUnit()
    {
        var text = await MetricsOf.RelaydAsync("--tls", "self-signed");
        Assert.All(Metrics(text), metric =>
        {
            Assert.StartsWith("relay_", metric.Name, StringComparison.Ordinal);
            Assert.Equal(metric.Type == "counter", metric.Name.EndsWith("_total", StringComparison.Ordinal));
            if (metric.Type == "histogram") Assert.EndsWith("_seconds", metric.Name, StringComparison.Ordinal);
        });
        Assert.All(new ScrapedMetrics(text).Names, name => Assert.All(new ScrapedMetrics(text).Labels(name), labels =>
        {
            Assert.Equal("900", labels["region"]);
            Assert.Equal("test-machine", labels["node"]);
        }));
    }

    [Fact]
    public async Task CertificateDays_AreThereWithTlsAlone()
    {
        Assert.Contains("relay_certificate_days_left", await MetricsOf.RelaydAsync("--tls", "self-signed"), StringComparison.Ordinal);
        Assert.DoesNotContain("relay_certificate_days_left", await MetricsOf.RelaydAsync(), StringComparison.Ordinal);
    }

    private static string Table(string text)
    {
        var served = new ScrapedMetrics(text);
        var table = new StringBuilder("| metric | type | labels | meaning |\n|---|---|---|---|\n");
        foreach (var (name, type, help) in Metrics(text).DistinctBy(metric => metric.Name).OrderBy(metric => metric.Name, StringComparer.Ordinal))
        {
            var labels = served.Labels(type == "histogram" ? $"{name}_count" : name).SelectMany(series => series)
                .Where(label => !OfEverySeries.Contains(label.Key))
                .GroupBy(label => label.Key, label => label.Value)
                .Select(label => $"`{label.Key}`: {Values(label.Key, label)}");
            table.Append($"| `{name}` | {type} | {string.Join("; ", labels)} | {help} |\n");
        }

        return table.ToString();
    }

    private static string Values(string label, IEnumerable<string> values) =>
        label switch
        {
            "version" => "such as 0.1.0",
            "network" => "such as home, or (other)",
            "link" => "such as relay2.example.com",
            _ => string.Join(", ", values.Distinct()),
        };

    private static IEnumerable<(string Name, string Type, string Help)> Metrics(string text)
    {
        var lines = text.Split('\n');
        for (var i = 1; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("# TYPE ", StringComparison.Ordinal)) continue;
            var words = lines[i].Split(' ');
            yield return (words[2], words[3], lines[i - 1][$"# HELP {words[2]} ".Length..]);
        }
    }
}
