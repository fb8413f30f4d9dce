using Microsoft.Extensions.Time.Testing;
using Relay.Server.Limits;

namespace Relay.Server.Tests.Limits;

public sealed class ByteBucketTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Burst_PassesAtOnceThenTheRateHolds()
    {
        var bucket = new ByteBucket(_time);
        var rate = new ByteRate(1_000_000, 100_000);
        Assert.Equal(TimeSpan.Zero, bucket.Take(rate, 100_000));
        Assert.Equal(TimeSpan.FromMilliseconds(50), bucket.Take(rate, 50_000));

        // Whoever shares it waits behind the first.
        Assert.Equal(TimeSpan.FromMilliseconds(100), bucket.Take(rate, 50_000));
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(TimeSpan.Zero, bucket.Take(rate, 100_000));
    }

    [Fact]
    public void LongRun_KeepsToTheRate()
    {
        var bucket = new ByteBucket(_time);
        var rate = new ByteRate(10_000_000);
        var (passed, started) = (0L, _time.GetUtcNow());
        while (_time.GetUtcNow() - started < TimeSpan.FromSeconds(10))
        {
            passed += 16_384;
            _time.Advance(bucket.Take(rate, 16_384));
        }

        Assert.InRange(passed, 95_000_000, 105_000_000);
    }

    [Fact]
    public void SmallBurst_DoesNotHoldBelowTheRate()
    {
        var bucket = new ByteBucket(_time);
        var rate = new ByteRate(100_000_000, 1);
        var (passed, started) = (0L, _time.GetUtcNow());
        while (_time.GetUtcNow() - started < TimeSpan.FromSeconds(1))
        {
            passed += 16_384;
            _time.Advance(bucket.Take(rate, 16_384));
        }

        Assert.InRange(passed, 95_000_000, 105_000_000);
    }

    [Fact]
    public void NewRate_BeginsWithAFullBucket()
    {
        var bucket = new ByteBucket(_time);
        Assert.NotEqual(TimeSpan.Zero, bucket.Take(new ByteRate(1000), 10_000_000));
        Assert.Equal(TimeSpan.Zero, bucket.Take(new ByteRate(2000), 60_000));
    }
}
