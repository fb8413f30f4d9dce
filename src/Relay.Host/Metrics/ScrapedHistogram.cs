using Prometheus;
using Relay.Server.Diagnostics;

namespace Relay.Host.Metrics;

/// <summary>A histogram that is counted elsewhere: each scrape takes over what was added since the last one.</summary>
internal sealed class ScrapedHistogram(MetricFactory make, string name, string help)
{
    private readonly Histogram _histogram = make.CreateHistogram(
        name, help, new HistogramConfiguration { Buckets = [.. DurationHistogram.BoundsInSeconds] });

    private readonly long[] _counts = new long[DurationHistogram.Buckets];
    private readonly double[] _seconds = new double[DurationHistogram.Buckets];

    public void Update(DurationHistogram now)
    {
        for (var bucket = 0; bucket < DurationHistogram.Buckets; bucket++)
        {
            var added = now.Count(bucket) - _counts[bucket];
            if (added <= 0) continue;

            // The mean of what is new in a bucket stands for each of it, so buckets and sum are both right.
            var mean = Math.Max(0, now.Seconds(bucket) - _seconds[bucket]) / added;
            _histogram.Observe(Within(bucket, mean), added);
            (_counts[bucket], _seconds[bucket]) = (now.Count(bucket), now.Seconds(bucket));
        }
    }

    // Count and sum are read one after the other while they grow: the mean may be off by a little, the bucket may not.
    private static double Within(int bucket, double seconds)
    {
        var bounds = DurationHistogram.BoundsInSeconds;
        var least = bucket == 0 ? 0 : Math.BitIncrement(bounds[bucket - 1]);
        return Math.Clamp(seconds, least, bucket == bounds.Length ? double.MaxValue : bounds[bucket]);
    }
}
