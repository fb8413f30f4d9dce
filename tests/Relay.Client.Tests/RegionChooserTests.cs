using Relay.Protocol.Map;

namespace Relay.Client.Tests;

public sealed class RegionChooserTests
{
    [Theory]
    // measured as region:current[/bestRecent], home, chosen
    [InlineData("1:50 2:20", null, 2)]
    [InlineData("1:20 2:20", null, 1)] // a tie goes to the lower number, the same on every run
    [InlineData("1:50 2:20", "1", 2)]
    [InlineData("1:29 2:20", "1", 1)] // less than 10 ms better
    [InlineData("1:30 2:20", "1", 2)] // 10 ms better, and two thirds exactly
    [InlineData("1:100 2:67", "1", 1)] // more than two thirds of the old
    [InlineData("1:100 2:66", "1", 2)]
    [InlineData("2:20", "1", 2)] // the old one is silent
    [InlineData("2:20", "1 now", 1)] // not measured, but heard
    [InlineData("1:50 2:50/20", "1", 2)] // the best of the last minutes counts
    [InlineData("", "1", null)]
    [InlineData("", "1 lately", 1)]
    [InlineData("", null, null)]
    [InlineData("3:1 2:90", null, 2)] // 3 may not be a home
    [InlineData("3:1", "3 now lately", null)]
    [InlineData("77:1 2:90", null, 2)] // not on the map
    [InlineData("2:90", "77 now lately", 2)]
    [InlineData("4:30 2:20", null, 4)] // scored by a half
    public void Choose_FollowsTheRules(string measured, string? home, int? expected)
    {
        var map = new DerpMap
        {
            HomeParams = new DerpHomeParams { RegionScore = new SortedDictionary<int, double> { [1] = 0, [4] = 0.5 } },
            Regions = new SortedDictionary<int, DerpRegion>(Enumerable.Range(1, 4).ToDictionary(id => id, id => new DerpRegion { RegionID = id, NoMeasureNoHome = id == 3 })),
        };
        Assert.Equal(expected, RegionChooser.Choose(map, Measured(measured), Home(home)));
    }

    private static Dictionary<int, RegionMeasurement> Measured(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(':', '/')).ToDictionary(
            part => int.Parse(part[0]),
            part => new RegionMeasurement(TimeSpan.FromMilliseconds(int.Parse(part[1])), TimeSpan.FromMilliseconds(int.Parse(part[^1]))));

    private static HomeRegion? Home(string? text) =>
        text?.Split(' ') is [var id, .. var heard] ? new HomeRegion(int.Parse(id), heard.Contains("now"), heard.Contains("lately")) : null;
}
