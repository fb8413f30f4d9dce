using Relay.NatLab.Tests.Lab;
using Relay.Testing;
using Relay.Testing.Namespaces;

namespace Relay.NatLab.Tests;

/// <summary>What happens to a pair in use when the network, the relay, WireGuard or the agent does something unkind.</summary>
[Collection("lab")]
public sealed class DisturbanceTests
{
    private const double PingInterval = 0.02;

    [Fact]
    public async Task DirectPath_ThatIsCutSilently_IsLeftWithinTwoSeconds()
    {
        await using var lab = await LabInternet.CreateAsync();
        var (a, b) = await SitesAsync(lab, NatClass.Masquerade, NatClass.Masquerade);
        var pair = await lab.AddPairAsync(a.Host, b.Host);
        var ping = await DirectAsync(pair);
        await GapAsync(ping, TimeSpan.FromSeconds(2), () => a.Router.CutAsync(b.PublicAddress));
        await pair.A.EventAsync(e => e.IsPath("relay"), "the relay to be used again");
        await a.Router.MendAsync("cut");
        await Eventually.True(() => pair.A.Events.LastOrDefault(e => e.Name == "path")!.IsPath("direct"), "a direct path again", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task DirectPath_ThatAnswersProbesAndEatsData_IsLeftWithinFiveSeconds()
    {
        await using var lab = await LabInternet.CreateAsync();
        var (a, b) = await SitesAsync(lab, NatClass.Masquerade, NatClass.Masquerade);
        var pair = await lab.AddPairAsync(a.Host, b.Host);
        var ping = await DirectAsync(pair);
        await GapAsync(ping, TimeSpan.FromSeconds(5), () => a.Router.EatDataAsync());
        var left = await pair.A.EventAsync(e => e.IsPath("relay"), "the relay to be used again");
        LabResults.Measured($"  left because {left.Fields["reason"]}");
    }

    [Fact]
    public async Task Path_ThatEatsFullSizedPackets_IsNotUsedForThem()
    {
        await using var lab = await LabInternet.CreateAsync();
        var (a, b) = await SitesAsync(lab, NatClass.Masquerade, NatClass.Masquerade);
        await a.Router.EatLargeAsync(1300);
        var pair = await lab.AddPairAsync(a.Host, b.Host);
        await pair.StartAgentsAsync();
        var ping = new LabPing(pair.A.Start("ping", "-n", "-D", "-i", "0.05", "-s", "1350", pair.B.Address));
        await ping.MoreAsync(100);
        await ping.StopAsync();
        Assert.Equal(0, ping.Lost());
        Assert.Equal("relay", (await pair.A.PeerStatusAsync()).GetProperty("path").GetString());
        LabResults.Measured($"path of 1300 bytes: relayed, because {(await pair.A.PeerStatusAsync()).GetProperty("why").GetString()}");
    }

    [Fact]
    public async Task Uplink_ReplacedByAnother_CarriesDataWithinTwoSeconds_AndTcpInsideSurvives()
    {
        await using var lab = await LabInternet.CreateAsync();
        var (a, b) = await SitesAsync(lab, NatClass.Masquerade, NatClass.Masquerade);
        var other = await lab.Internet.AddSiteAsync(NatClass.Masquerade, 23);
        await other.Router.ConnectAsync("lan2", a.Host, "eth1");
        await other.Router.AddAddressAsync("lan2", "10.123.0.1/24");
        var pair = await lab.AddPairAsync(a.Host, b.Host);
        var ping = await DirectAsync(pair);
        var iperf = new LabIperf(pair.A, pair.B);
        var tcp = iperf.RunAsync(10, "-b", "5M");
        await ping.MoreAsync(50);
        await GapAsync(ping, TimeSpan.FromSeconds(2), async () =>
        {
            await a.Host.RunAsync("ip", "link", "set", "eth0", "down");
            await a.Host.AddAddressAsync("eth1", "10.123.0.2/24");
            await a.Host.AddDefaultRouteAsync("10.123.0.1");
        });
        LabResults.Measured($"  TCP inside went on: {await tcp:0.0} of 5 Mbit/s over 10 s");
        await Eventually.True(async () => (await pair.A.PeerStatusAsync()).GetProperty("path").GetString() == "direct", "a direct path again", TimeSpan.FromSeconds(30));
        await iperf.StopAsync();
    }

    [Theory]
    [InlineData(NatClass.Masquerade, NatClass.Masquerade, 2)]
    [InlineData(NatClass.Symmetric, NatClass.FullCone, 1)] // the far side hears it from the new address at once
    public async Task Nat_ThatForgetsItsFlows_CarriesDataSoon(NatClass first, NatClass second, int seconds)
    {
        await using var lab = await LabInternet.CreateAsync();
        var (a, b) = await SitesAsync(lab, first, second);
        var pair = await lab.AddPairAsync(a.Host, b.Host);
        var ping = await DirectAsync(pair);
        await GapAsync(ping, TimeSpan.FromSeconds(seconds), async () =>
        {
            await a.Router.ForgetFlowsAsync();
            await b.Router.ForgetFlowsAsync();
        });
    }

    [Fact]
    public async Task Relay_KilledAndRestarted_IsNotNoticedByDirectPairs_AndRelayedPairsAreBackWithinThreeSeconds()
    {
        await using var lab = await LabInternet.CreateAsync();
        var (a, b) = await SitesAsync(lab, NatClass.Masquerade, NatClass.Masquerade);
        var (c, d) = (await lab.Internet.AddSiteAsync(NatClass.Symmetric, 23), await lab.Internet.AddSiteAsync(NatClass.Symmetric, 24));
        var direct = await lab.AddPairAsync(a.Host, b.Host);
        var relayed = await lab.AddPairAsync(c.Host, d.Host);
        var ping = await DirectAsync(direct);
        await relayed.StartAgentsAsync();
        var other = relayed.A.StartPing(relayed.B, PingInterval);
        await other.MoreAsync(20);

        var killed = TimeProvider.System.GetUtcNow();
        await lab.Relay.KillAsync();
        await lab.Relay.StartAgainAsync();
        var up = TimeProvider.System.GetUtcNow();
        await other.AnsweredAfterAsync(up);
        var back = other.Replies.First(r => r.Time - TimeSpan.FromMilliseconds(r.Milliseconds) > killed.AddSeconds(0.5)).Time - up;
        await ping.MoreAsync(20);
        LabResults.Measured($"relay killed, up again after {(up - killed).TotalSeconds:0.0} s: relayed pair back {Math.Max(0, back.TotalSeconds):0.00} s after that, its whole gap {other.LongestGap(killed).TotalSeconds:0.00} s; direct pair's longest gap {ping.LongestGap(killed).TotalMilliseconds:0} ms, {ping.Lost()} lost");
        await ping.StopAsync();
        await other.StopAsync();
        Assert.InRange(back, TimeSpan.MinValue, TimeSpan.FromSeconds(3));
        Assert.InRange(ping.LongestGap(killed), TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
        Assert.Equal(0, ping.Lost());
    }

    [Fact]
    public async Task Relay_DrainedToASecondOne_LeavesNoPairWithoutDataForASecond()
    {
        await using var lab = await LabInternet.CreateAsync();
        await lab.AddRelayAsync();
        var (a, b) = await SitesAsync(lab, NatClass.Symmetric, NatClass.Symmetric);
        var pair = await lab.AddPairAsync(a.Host, b.Host);
        await pair.StartAgentsAsync();
        foreach (var node in new[] { pair.A, pair.B })
        {
            foreach (var relay in new[] { LabInternet.RelayAddress, LabInternet.OtherRelayAddress })
                await node.EventAsync(e => e.Name == "relay" && e.Fields["relay"] == relay && e.Fields["state"] == "connected", $"relay {relay}");
        }

        var ping = pair.A.StartPing(pair.B, PingInterval);
        await ping.MoreAsync(50);
        await GapAsync(ping, TimeSpan.FromSeconds(1), () => lab.Relay.DrainAsync());
        Assert.Equal(LabInternet.OtherRelayAddress, (await pair.A.PeerStatusAsync()).GetProperty("address").GetString());
    }

    [Fact]
    public async Task Agent_ThatRestarts_GoesOnWhereItWas()
    {
        await using var lab = await LabInternet.CreateAsync();
        var (a, b) = await SitesAsync(lab, NatClass.Masquerade, NatClass.Masquerade);
        var pair = await lab.AddPairAsync(a.Host, b.Host);
        var ping = await DirectAsync(pair);
        await pair.A.StopAgentAsync();
        var started = TimeProvider.System.GetUtcNow();
        await pair.A.StartAgentAsync(lab.Map);
        await ping.AnsweredAfterAsync(started);
        var direct = await pair.A.EventAsync(e => e.IsPath("direct"), "a direct path");
        LabResults.Measured($"agent restarted: data after {(ping.Replies[^1].Time - started).TotalSeconds:0.00} s, direct after {(direct.Time - started).TotalSeconds:0.00} s, both with the start of the process");
        await ping.StopAsync();
    }

    [Fact]
    public async Task WireGuard_ThatRestarts_IsCarriedOn()
    {
        await using var lab = await LabInternet.CreateAsync();
        var (a, b) = await SitesAsync(lab, NatClass.Masquerade, NatClass.Masquerade);
        var pair = await lab.AddPairAsync(a.Host, b.Host);
        var ping = await DirectAsync(pair);
        await ping.StopAsync();
        await pair.A.RestartWireGuardAsync();
        var again = pair.A.StartPing(pair.B, PingInterval);
        var first = await again.FirstReplyAsync();
        LabResults.Measured($"wireguard-go restarted: first ping answered after {(first - again.Started).TotalSeconds:0.00} s");
        await again.StopAsync();
    }

    private static async Task<(NatSite A, NatSite B)> SitesAsync(LabInternet lab, NatClass a, NatClass b) =>
        (await lab.Internet.AddSiteAsync(a, 21), await lab.Internet.AddSiteAsync(b, 22));

    private static async Task<LabPing> DirectAsync(LabPair pair)
    {
        await pair.StartAgentsAsync();
        var ping = pair.A.StartPing(pair.B, PingInterval);
        await pair.DirectAsync();
        await pair.SettledAsync();
        Assert.Equal(0, ping.Lost());
        return ping;
    }

    /// <summary>The longest time without a reply, from just before something happens until replies are steady again.</summary>
    private static async Task GapAsync(LabPing ping, TimeSpan longest, Func<Task> happen)
    {
        var since = TimeProvider.System.GetUtcNow();
        await happen();
        await ping.AnsweredAfterAsync(TimeProvider.System.GetUtcNow().AddSeconds(longest.TotalSeconds + 1), longest + TimeSpan.FromSeconds(30));
        var gap = ping.LongestGap(since);
        LabResults.Measured($"{TestContext.Current.Test?.TestDisplayName}: longest gap {gap.TotalSeconds:0.00} s");
        Assert.True(gap <= longest, $"{gap.TotalSeconds:0.00} s without a reply; at most {longest.TotalSeconds:0} s were allowed");
    }
}
