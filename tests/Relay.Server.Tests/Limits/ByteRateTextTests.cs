using Relay.Server.Limits;

namespace Relay.Server.Tests.Limits;

public sealed class ByteRateTextTests
{
    [Theory]
    [InlineData("50Mbit", 6_250_000)]
    [InlineData("1Gbit", 125_000_000)]
    [InlineData("800kbit", 100_000)]
    [InlineData("2.5Mbit", 312_500)]
    [InlineData("8bit", 1)]
    [InlineData("6MB", 6_000_000)]
    [InlineData("64kB", 64_000)]
    [InlineData("100B", 100)]
    [InlineData("1250000", 1_250_000)]
    public void Rate_IsRead(string text, long bytesPerSecond)
    {
        Assert.True(ByteRateText.TryParse(text, out var read));
        Assert.Equal(bytesPerSecond, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fast")]
    [InlineData("0")]
    [InlineData("7bit")]
    [InlineData("-5Mbit")]
    [InlineData("50mbit")]
    [InlineData("50 Mbit")]
    [InlineData("1e9")]
    [InlineData("99999999Gbit")]
    [InlineData("NaN")]
    [InlineData("Mbit")]
    public void Nonsense_IsRefused(string text) => Assert.False(ByteRateText.TryParse(text, out _));

    [Fact]
    public void Burst_HoldsALargestFrame()
    {
        Assert.Equal(ByteRate.LeastBurst, new ByteRate(1, 1).Burst);
        Assert.Equal(250_000, new ByteRate(1_000_000).Burst);
    }
}
