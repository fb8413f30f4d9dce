using Relay.Acme.Renewal;
using Relay.Host.Acme;

namespace Relay.Host.Tests.Acme;

public sealed class RenewalScheduleTests
{
    private static readonly DateTimeOffset From = new(2026, 8, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(90, 0, 60)]
    [InlineData(90, 0.999, 55.5)]
    [InlineData(6, 0, 3)]
    [InlineData(6, 0.999, 2.7)]
    public void Due_IsAThirdBeforeTheEnd_HalfForAShortLife_AndUpToATwentiethEarlier(int days, double chance, double expected) =>
        Assert.Equal(expected, (RenewalSchedule.Due(From, From.AddDays(days), chance) - From).TotalDays, 0.01);

    [Theory]
    [InlineData(0, 50)]
    [InlineData(0.5, 51)]
    public void Due_WithASuggestion_IsSomewhereInIt(double chance, double expected) =>
        Assert.Equal(expected, (RenewalSchedule.Due(new RenewalInfo(From.AddDays(50), From.AddDays(52), null), From, From.AddDays(90), chance) - From).TotalDays, 0.01);

    [Fact]
    public void Due_WithASuggestionThatIsTooLate_LeavesATenthOfTheLife() =>
        Assert.Equal(From.AddDays(81), RenewalSchedule.Due(new RenewalInfo(From.AddDays(100), From.AddDays(200), null), From, From.AddDays(90), 0));

    [Fact]
    public void PauseAfter_GrowsToFourHours_AndRespectsWhatIsAsked()
    {
        int[] failures = [1, 2, 3, 4, 5, 50];
        Assert.Equal([1, 4, 16, 64, 240, 240], failures.Select(n => RenewalSchedule.PauseAfter(n, null, 0.5).TotalMinutes));
        Assert.Equal(48, RenewalSchedule.PauseAfter(1, null, 0).TotalSeconds);
        Assert.Equal(TimeSpan.FromHours(9), RenewalSchedule.PauseAfter(1, TimeSpan.FromHours(9), 0));
        Assert.Equal(60, RenewalSchedule.PauseAfter(1, TimeSpan.FromSeconds(5), 0.5).TotalSeconds);
    }
}
