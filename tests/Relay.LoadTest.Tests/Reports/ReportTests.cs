using System.Text.Json;
using Relay.LoadTest.Commands;
using Relay.LoadTest.Measuring;
using Relay.LoadTest.Reports;

namespace Relay.LoadTest.Tests.Reports;

public sealed class ReportTests
{
    private static readonly Row Ours = new()
    {
        Target = "relayd",
        OfferedPps = 1000,
        DeliveredPps = 990,
        Loss = 0.01,
        P50 = 12.5,
        P99 = 1234,
        P999 = 2_500_000,
        Max = 3_000_000,
        PacketsPerCpuS = 300,
        Curve = [(50, 12.5), (99, 1234), (100, 3e6)],
    };

    [Fact]
    public void Json_HasTheNamesThatScriptsKnow()
    {
        using var json = JsonDocument.Parse(JsonReport.Make(Report(Ours)));
        foreach (var name in new[] { "scenario", "machine", "versions", "rows", "compare" }) Assert.True(json.RootElement.TryGetProperty(name, out _), name);
        var row = json.RootElement.GetProperty("rows")[0];
        string[] names =
        [
            "target", "offered_pps", "delivered_pps", "loss", "p50_us", "p99_us", "p999_us", "max_us",
            "server_cpu_s", "packets_per_cpu_s", "server_rss_bytes", "bytes_per_idle_client",
        ];
        foreach (var name in names) Assert.True(row.TryGetProperty(name, out _), name);
        Assert.Equal(1234, row.GetProperty("p99_us").GetDouble());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("server_cpu_s").ValueKind);
    }

    [Fact]
    public void Comparison_IsPairByPair_WithTheMedian()
    {
        var compare = Comparison.Of([Ours, Ours with { PacketsPerCpuS = 600 }, Ours], [Theirs(150), Theirs(200), Theirs(100)])!;
        Assert.Equal("packets_per_cpu_s", compare.Metric);
        Assert.Equal("haproxy", compare.Against);
        Assert.Equal([2, 3, 3], compare.Ratios);
        Assert.Equal(3, compare.Median);
    }

    [Fact]
    public void Comparison_WithoutCpuTimes_IsOfWhatWasDelivered()
    {
        var compare = Comparison.Of([Ours], [Theirs(null) with { DeliveredPps = 495 }])!;
        Assert.Equal("delivered_pps", compare.Metric);
        Assert.Equal(2, compare.Median);
    }

    [Fact]
    public void Comparison_WithWhomNothingReached_IsNone() =>
        Assert.Contains("haproxy", Assert.Throws<LoadException>(() => Comparison.Of([Ours], [Theirs(null) with { DeliveredPps = 0 }])).Message, StringComparison.Ordinal);

    [Fact]
    public void Median_OfAnEvenNumber_LiesBetween() => Assert.Equal(2.5, Medians.Of([4, 1, 3, 2]));

    [Fact]
    public void Table_ShowsWhatWasMeasured_AndMediansOfSeveralRuns()
    {
        var text = TextReport.Make(Report(Ours, Ours with { P50 = 14.5 }, Ours with { P50 = 900 }));
        foreach (var shown in new[] { "1,000", "1.0 %", "12.5 µs", "1.23 ms", "2.50 s", "relayd, median", "14.5 µs", "a processor, 4 cores" })
            Assert.Contains(shown, text, StringComparison.Ordinal);
        Assert.DoesNotContain("bytes/idle", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_StandsAlone_AndEscapesWhatIsNotOurs()
    {
        var page = HtmlReport.Make(Report(Ours with { Target = "<script>x" }) with { Command = "relay-load --url \"<b>\"" });
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;x", page, StringComparison.Ordinal);
        foreach (var foreign in new[] { "<script", "<b>", "http://", "https://", "<link", "@import", "NaN", "∞" })
            Assert.DoesNotContain(foreign, page, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_TellsWhichLineIsWhich()
    {
        var page = HtmlReport.Make(Report(Ours with { Part = "peak" }, Ours with { Part = "equal" }, Theirs(1) with { Part = "equal" }));
        foreach (var (style, name) in new[] { ("one part0", "relayd, peak"), ("one part1", "relayd, equal"), ("two part1", "haproxy, equal") })
            Assert.Matches($"<path class=\"{style}\" [^>]*/><text [^>]*>{name}</text>", page);
    }

    [Fact]
    public void Page_OfRowsWithoutCurves_HasBarsOnly() =>
        Assert.DoesNotContain("<path", HtmlReport.Make(Report(Ours with { Curve = [] })), StringComparison.Ordinal);

    private static Row Theirs(double? perCpu) => Ours with { Target = "haproxy", PacketsPerCpuS = perCpu };

    private static Report Report(params Row[] rows) => new()
    {
        Scenario = "throughput",
        Command = "relay-load throughput",
        Machine = new Machine("a processor", 4, 16, "6.1"),
        Versions = new Dictionary<string, string> { ["relay-load"] = "1.0" },
        Rows = rows,
    };
}
