using System.Diagnostics;
using Relay.LoadTest.Measuring;

namespace Relay.LoadTest.Tests.Measuring;

public sealed class LatenciesTests
{
    [Fact]
    public void Percentiles_AreOfAllThreads_InMicroseconds()
    {
        var all = new Latencies();
        for (var thread = 0; thread < 2; thread++)
        {
            var recorder = Latencies.Recorder();
            for (var i = 1; i <= 500; i++) recorder.RecordValue((2 * i - thread) * Stopwatch.Frequency / 1_000_000);
            all.Add(recorder);
        }

        Assert.Equal(1000, all.Count);
        Assert.InRange(all.Percentile(50)!.Value, 499, 502);
        Assert.InRange(all.Percentile(100)!.Value, 998, 1002);
        Assert.Equal(100, all.Curve()[^1].Percent);
    }

    [Fact]
    public void Nothing_HasNoPercentiles()
    {
        Assert.Null(new Latencies().Percentile(50));
        Assert.Empty(new Latencies().Curve());
    }

    [Fact]
    public void Clamp_KeepsWithinWhatAHistogramTakes()
    {
        var recorder = Latencies.Recorder();
        recorder.RecordValue(Latencies.Clamp(-5));
        recorder.RecordValue(Latencies.Clamp(long.MaxValue));
        Assert.Equal(2, recorder.TotalCount);
    }
}
