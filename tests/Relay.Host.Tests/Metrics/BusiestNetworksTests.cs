using Relay.Host.Metrics;
using Relay.Server.Diagnostics;

namespace Relay.Host.Tests.Metrics;

public sealed class BusiestNetworksTests
{
    private static readonly TimeSpan Scrape = TimeSpan.FromSeconds(15);

    private readonly BusiestNetworks _networks = new();

    [Fact]
    public void Chosen_AreAsManyAsThereArePlaces()
    {
        Weigh([.. Enumerable.Range(0, 500).Select(i => ($"n{i}", 1000L + i))]);
        Assert.Equal(Enumerable.Range(480, 20).Select(i => $"n{i}").Order(), _networks.Chosen.Order());
    }

    [Fact]
    public void Chosen_MakesRoomForOneThatMovesClearlyMore()
    {
        Weigh([.. Enumerable.Range(0, BusiestNetworks.Most).Select(i => ($"n{i}", 1000L + i))]);
        Weigh([("almost", 1200)]);
        Assert.DoesNotContain("almost", _networks.Chosen);

        Weigh([("clearly", 1400)]);
        Assert.Contains("clearly", _networks.Chosen);
        Assert.DoesNotContain("n0", _networks.Chosen);
        Assert.Equal(BusiestNetworks.Most, _networks.Chosen.Count);
    }

    [Fact]
    public void Chosen_StaysOverALull_AndGoesWhenOthersWereBusyForLong()
    {
        Weigh([("once", 1_000_000), .. Enumerable.Range(1, BusiestNetworks.Most - 1).Select(i => ($"n{i}", 2_000_000L))]);
        Weigh();
        Assert.Contains("once", _networks.Chosen);

        // 10,000 a minute against a million that fades: half of it is gone after 10 minutes.
        var minutes = 0;
        for (; _networks.Chosen.Contains("once"); minutes++) _networks.Weigh(Moved([("steady", 10_000)]), TimeSpan.FromMinutes(1));
        Assert.InRange(minutes, 20, 40);
        Assert.Contains("steady", _networks.Chosen);
    }

    private void Weigh(params (string Name, long Bytes)[] moved) => _networks.Weigh(Moved(moved), Scrape);

    private static Dictionary<string, MovedBytes> Moved((string Name, long Bytes)[] moved) =>
        moved.ToDictionary(m => m.Name, m => new MovedBytes(m.Bytes / 2, m.Bytes - (m.Bytes / 2)));
}
