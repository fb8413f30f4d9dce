using System.Text;
using Prometheus;
using Relay.Host.Metrics;
using Relay.Server.Diagnostics;
using Relay.Testing;

namespace Relay.Host.Tests.Metrics;

public sealed class ScrapedHistogramTests
{
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();

    [Fact]
    public async Task Update_AddsWhatIsNewToBucketsCountAndSum()
    {
        var counted = new DurationHistogram();
        var scraped = new ScrapedHistogram(Prometheus.Metrics.WithCustomRegistry(_registry), "relay_test_seconds", "For this test.");

        counted.Add(TimeSpan.FromMicroseconds(50));
        counted.Add(TimeSpan.FromMilliseconds(3));
        scraped.Update(counted);
        counted.Add(TimeSpan.FromMilliseconds(4));
        counted.Add(TimeSpan.FromSeconds(30));
        scraped.Update(counted);
        scraped.Update(counted);

        var served = await ScrapeAsync();
        Assert.Equal(4, served.Sum("relay_test_seconds_count"));
        Assert.Equal(30.00705, served.Sum("relay_test_seconds_sum"), 6);
        Assert.Equal(1, served.Sum("relay_test_seconds_bucket{le=\"0.0001\"}"));
        Assert.Equal(1, served.Sum("relay_test_seconds_bucket{le=\"0.0025\"}"));
        Assert.Equal(3, served.Sum("relay_test_seconds_bucket{le=\"0.005\"}"));
        Assert.Equal(3, served.Sum("relay_test_seconds_bucket{le=\"10\"}"));
        Assert.Equal(4, served.Sum("relay_test_seconds_bucket{le=\"+Inf\"}"));
    }

    [Theory]
    [InlineData(100, "0.0001")]
    [InlineData(101, "0.00025")]
    [InlineData(10_000_000, "10")]
    [InlineData(10_000_001, "+Inf")]
    public async Task Duration_FallsIntoTheBucketOfItsBound(int microseconds, string le)
    {
        var counted = new DurationHistogram();
        var scraped = new ScrapedHistogram(Prometheus.Metrics.WithCustomRegistry(_registry), "relay_test_seconds", "For this test.");
        counted.Add(TimeSpan.FromMicroseconds(microseconds));
        scraped.Update(counted);

        var served = await ScrapeAsync();
        var first = served.Labels("relay_test_seconds_bucket").Select(labels => labels["le"])
            .First(bound => served.Sum($"relay_test_seconds_bucket{{le=\"{bound}\"}}") == 1);
        Assert.Equal(le, first);
    }

    private async Task<ScrapedMetrics> ScrapeAsync()
    {
        using var text = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(text);
        return new ScrapedMetrics(Encoding.UTF8.GetString(text.ToArray()));
    }
}
