using System.Text;
using Microsoft.Extensions.Time.Testing;
using Relay.Host.Metrics;
using Relay.Server.Diagnostics;
using Relay.Testing;

namespace Relay.Host.Tests.Metrics;

public sealed class ShareMetricsTests
{
    private const string Received = "relay_network_received_bytes_total";

    private readonly FakeTimeProvider _time = new();
    private readonly RelayMetrics _metrics;
    private Shares _next = Of();

    public ShareMetricsTests() => _metrics = new RelayMetrics(900, "test", make => new ShareMetrics(make, Take, _time));

    [Fact]
    public async Task Network_IsSeenAtZeroFirst_AndNoByteIsCountedTwice()
    {
        Assert.Equal(["(other)"], await NamesAsync(Of()));
        Assert.Equal(["(other)", "home"], await NamesAsync(Of(("home", 100))));
        Assert.Equal(0, (await ScrapeAsync(Of())).Sum($"{Received}{{network=\"home\"}}"));

        var now = await ScrapeAsync(Of(("home", 7), ("office", 20)));
        Assert.Equal(7, now.Sum($"{Received}{{network=\"home\"}}"));
        Assert.Equal(120, now.Sum($"{Received}{{network=\"(other)\"}}"));
        Assert.Equal(127, now.Sum(Received));
        Assert.Equal(2 * 127, now.Sum("relay_network_sent_bytes_total"));
    }

    [Fact]
    public async Task Networks_HaveABoundedNumberOfSeries_ThatNeverFall()
    {
        var sums = new Dictionary<string, double>();
        double all = 0;
        for (var scrape = 1; scrape <= 50; scrape++)
        {
            // Ever others, each clearly busier than those before.
            (string, long)[] moved = [.. Enumerable.Range(0, 60).Select(i => ($"n{i + (scrape / 5 * 10)}", (long)Math.Pow(1.5, scrape) * (i + 1)))];
            all += moved.Sum(m => m.Item2);
            var now = await ScrapeAsync(Of(moved));
            var series = now.Labels(Received).Select(labels => labels["network"]).ToDictionary(name => name, name => now.Sum($"{Received}{{network=\"{name}\"}}"));
            Assert.True(series.Count <= BusiestNetworks.Most + 1, $"{series.Count} series");
            Assert.All(series, one => Assert.True(one.Value == 0 || one.Value >= sums.GetValueOrDefault(one.Key), $"{one.Key} fell"));
            if (scrape < 5) Assert.Equal(all, series.Values.Sum());
            foreach (var (name, value) in series) sums[name] = value;
        }

        Assert.True(sums.Count > 2 * BusiestNetworks.Most, "the same networks all the time");
    }

    [Fact]
    public async Task Network_ThatIsCalledAsTheOthers_IsOneOfThem()
    {
        await ScrapeAsync(Of(("(other)", 5)));
        var now = await ScrapeAsync(Of(("(other)", 5)));
        Assert.Equal(10, now.Sum(Received));
    }

    [Fact]
    public async Task ScrapesThatComeCloseTogether_ShareASurvey()
    {
        await ScrapeAsync(Of());
        _next = Of(("home", 5)) with { FairnessIn = 0.5 };
        _time.Advance(ShareMetrics.Shortest / 2);
        Assert.Equal(2, (await ReadAsync()).Sum("relay_fairness_index"));
        _time.Advance(ShareMetrics.Shortest / 2);
        Assert.Equal(1.5, (await ReadAsync()).Sum("relay_fairness_index"));
    }

    // So many bytes in, and twice as many out.
    private static Shares Of(params (string Name, long Bytes)[] networks) =>
        new(networks.ToDictionary(n => n.Name, n => new MovedBytes(n.Bytes, 2 * n.Bytes)), default, 1, 1);

    private Shares Take()
    {
        var taken = _next;
        _next = Of();
        return taken;
    }

    private async Task<IEnumerable<string>> NamesAsync(Shares shares) =>
        (await ScrapeAsync(shares)).Labels(Received).Select(labels => labels["network"]).Order();

    private Task<ScrapedMetrics> ScrapeAsync(Shares shares)
    {
        _next = shares;
        _time.Advance(TimeSpan.FromSeconds(15));
        return ReadAsync();
    }

    private async Task<ScrapedMetrics> ReadAsync()
    {
        using var text = new MemoryStream();
        await _metrics.Registry.CollectAndExportAsTextAsync(text);
        return new ScrapedMetrics(Encoding.UTF8.GetString(text.ToArray()));
    }
}
