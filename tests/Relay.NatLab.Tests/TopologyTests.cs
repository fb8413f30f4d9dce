using Relay.NatLab.Tests.Lab;
using Relay.Testing.Namespaces;

namespace Relay.NatLab.Tests;

/// <summary>Networks other than one NAT on each side.</summary>
[Collection("lab")]
public sealed class TopologyTests
{
    [Theory]
    [InlineData(NatClass.Symmetric, false)]
    [InlineData(NatClass.FullCone, true)]
    public async Task BothBehindOneNat_AreDirectByTheirPrivateAddresses(NatClass nat, bool hairpins)
    {
        await using var lab = await LabInternet.CreateAsync();
        var site = await lab.Internet.AddSiteAsync(nat, 21);
        if (hairpins) await site.Router.HairpinAsync(site.PublicAddress);
        var neighbour = await lab.Internet.AddHostBehindAsync(site.Router, "neighbour", 1, "10.121.0");
        await DirectAsync(lab, site.Host, neighbour, "10.");
    }

    [Theory]
    [InlineData(NatClass.Masquerade, NatClass.PortRestrictedCone)]
    [InlineData(NatClass.FullCone, NatClass.Masquerade)]
    public async Task DoubleNatOnEachSide_IsDirect(NatClass inner, NatClass outer)
    {
        await using var lab = await LabInternet.CreateAsync();
        await DirectAsync(lab, await BehindTwoAsync(lab, inner, outer, 21), await BehindTwoAsync(lab, inner, outer, 22), "203.0.113.");
    }

    [Fact]
    public async Task OnlyIPv6_IsDirect()
    {
        await using var lab = await LabInternet.CreateAsync();
        await using var relay = await LabRelay.StartAsync(await lab.Internet.AddHostAsync("relay6", "2001:db8::60/64"), 900, "2001:db8::60");
        lab.Map = relay.WriteMap();
        var (a, b) = (await lab.Internet.AddHostAsync("a", "2001:db8::21/64"), await lab.Internet.AddHostAsync("b", "2001:db8::22/64"));
        foreach (var host in new[] { a, b }) await host.SetRulesAsync(Firewall);
        await DirectAsync(lab, a, b, "[2001:db8::");
    }

    [Fact]
    public async Task IPv4OnOneSide_AndBothOnTheOther_IsDirectOverIPv4()
    {
        await using var lab = await LabInternet.CreateAsync();
        var (a, b) = (await lab.Internet.AddSiteAsync(NatClass.Masquerade, 21), await lab.Internet.AddHostAsync("b", "203.0.113.22/24", "2001:db8::22/64"));
        await b.SetRulesAsync(Firewall);
        await DirectAsync(lab, a.Host, b, "203.0.113.22:");
    }

    [Fact]
    public async Task IPv4OnOneSide_AndIPv6OnTheOther_IsRelayedAndSaysWhy()
    {
        await using var lab = await LabInternet.CreateAsync();
        await using var relay = await LabRelay.StartAsync(await lab.Internet.AddHostAsync("both", "203.0.113.60/24", "2001:db8::60/64"), 900, "2001:db8::60", "203.0.113.60");
        // One relay, by either address.
        lab.Map = relay.WriteMap();
        var text = await File.ReadAllTextAsync(lab.Map);
        await File.WriteAllTextAsync(lab.Map, text.Replace("\"IPv4\": \"none\"", "\"IPv4\": \"203.0.113.60\"", StringComparison.Ordinal));
        var (a, b) = (await lab.Internet.AddSiteAsync(NatClass.FullCone, 21), await lab.Internet.AddHostAsync("b", "2001:db8::22/64"));
        await RelayedAsync(lab, a.Host, b, "no common address family");
    }

    [Theory]
    [InlineData(NatClass.FullCone, "UDP blocked here")]
    [InlineData(NatClass.UdpBlocked, "UDP blocked here")]
    public async Task UdpBlocked_IsRelayedAndSaysWhy(NatClass other, string why)
    {
        await using var lab = await LabInternet.CreateAsync();
        var (a, b) = (await lab.Internet.AddSiteAsync(NatClass.UdpBlocked, 21), await lab.Internet.AddSiteAsync(other, 22));
        await RelayedAsync(lab, a.Host, b.Host, why);
    }

    // Two symmetric NATs cannot be punched; a router that opens a port on request makes a direct path of it.
    [Theory]
    [InlineData("enable_natpmp=yes", "enable_upnp=no")]
    [InlineData("enable_natpmp=no", "enable_upnp=yes")]
    public async Task RouterThatOpensAPort_TurnsRelayIntoDirect(params string[] services)
    {
        await using var lab = await LabInternet.CreateAsync();
        var (a, b) = (await lab.Internet.AddSiteAsync(NatClass.Symmetric, 21), await lab.Internet.AddSiteAsync(NatClass.Symmetric, 22));
        await b.Router.RunAsync("ip", "route", "add", "11.0.0.0/24", "dev", "wan");
        using var daemon = await Miniupnpd.StartAsync(a, "11.0.0.21/24", services);
        await DirectAsync(lab, a.Host, b.Host, "203.0.113.22:", TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task NothingButAnHttpProxy_IsRelayed()
    {
        await using var lab = await LabInternet.CreateAsync();
        var (a, b) = (await lab.Internet.AddSiteAsync(NatClass.Masquerade, 21), await lab.Internet.AddSiteAsync(NatClass.Masquerade, 22));
        var proxyHost = await lab.Internet.AddHostAsync("proxy", "203.0.113.80/24");
        await using var proxy = new LabProxy(proxyHost, "203.0.113.80", 3128);
        await a.Router.SetRulesAsync(NatRules.Of(NatClass.Masquerade, a.PublicAddress) + """
            table ip only {
              chain forward {
                type filter hook forward priority 1; policy accept;
                ip daddr 203.0.113.80 tcp dport 3128 accept
                ip saddr 203.0.113.80 tcp sport 3128 accept
                drop
              }
            }

            """);
        await RelayedAsync(lab, a.Host, b.Host, "UDP blocked here", new Dictionary<string, string> { ["HTTPS_PROXY"] = "http://203.0.113.80:3128" });
        Assert.True(proxy.Tunnels > 0, "nothing went through the proxy");
    }

    private const string Firewall = """
        table inet guard {
          chain input {
            type filter hook input priority 0; policy accept;
            iifname "wan" meta l4proto icmpv6 accept
            iifname "wan" ct state established,related accept
            iifname "wan" drop
          }
        }

        """;

    private static async Task DirectAsync(LabInternet lab, NetworkNamespace a, NetworkNamespace b, string address, TimeSpan? within = null)
    {
        var pair = await lab.AddPairAsync(a, b);
        await pair.StartAgentsAsync();
        var ping = pair.A.StartPing(pair.B, 0.05);
        var first = await ping.FirstReplyAsync() - ping.Started;
        var direct = await pair.DirectAsync() - ping.Started;
        await ping.MoreAsync(20);
        await ping.StopAsync();
        LabResults.Measured($"{TestContext.Current.Test?.TestDisplayName}: first ping {first.TotalMilliseconds:0} ms, direct {direct.TotalMilliseconds:0} ms, {ping.Lost()} lost");
        Assert.StartsWith(address, (await pair.A.PeerStatusAsync()).GetProperty("address").GetString(), StringComparison.Ordinal);
        Assert.InRange(direct, TimeSpan.Zero, within ?? TimeSpan.FromSeconds(2));
        Assert.Equal(0, ping.Lost());
    }

    private static async Task RelayedAsync(LabInternet lab, NetworkNamespace a, NetworkNamespace b, string why, Dictionary<string, string>? variables = null)
    {
        var pair = await lab.AddPairAsync(a, b);
        await pair.StartAgentsAsync(variables);
        var ping = pair.A.StartPing(pair.B, 0.05);
        var first = await ping.FirstReplyAsync() - ping.Started;
        await Relay.Testing.Eventually.True(
            async () => (await pair.A.PeerStatusAsync()).GetProperty("why").GetString() == why, $"the agent to say \"{why}\"", TimeSpan.FromSeconds(30));
        await ping.StopAsync();
        LabResults.Measured($"{TestContext.Current.Test?.TestDisplayName}: first ping {first.TotalMilliseconds:0} ms, {why}, {ping.Lost()} lost");
        Assert.Equal("relay", (await pair.A.PeerStatusAsync()).GetProperty("path").GetString());
        Assert.InRange(first, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(0, ping.Lost());
    }

    // A provider's NAT, and the household's behind it.
    private static async Task<NetworkNamespace> BehindTwoAsync(LabInternet lab, NatClass inner, NatClass outer, int number)
    {
        var site = await lab.Internet.AddSiteAsync(outer, number);
        var home = site.Host;
        await home.RunAsync("ip", "link", "set", "eth0", "down");
        await home.RunAsync("ip", "link", "set", "eth0", "name", "wan");
        await home.RunAsync("ip", "link", "set", "wan", "up");
        await home.AddDefaultRouteAsync($"10.{number}.0.1");
        await home.ForwardAsync();
        await home.SetRulesAsync(NatRules.Of(inner, $"10.{number}.0.2"));
        return await lab.Internet.AddHostBehindAsync(home, $"inner{number}", 1, $"192.168.{number}");
    }
}
