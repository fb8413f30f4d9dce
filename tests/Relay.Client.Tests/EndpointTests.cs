using Relay.Client.Tests.Fakes;
using Relay.Protocol.Map;

namespace Relay.Client.Tests;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("https://relay.test", "relay.test", 443, "relay.test", "/derp", true)]
    [InlineData("https://relay.test/", "relay.test", 443, "relay.test", "/derp", true)]
    [InlineData("https://relay.test:8443/derp", "relay.test", 8443, "relay.test:8443", "/derp", true)]
    [InlineData("http://127.0.0.1:3340", "127.0.0.1", 3340, "127.0.0.1:3340", "/derp", false)]
    [InlineData("https://[2001:db8::1]:444/other/derp", "2001:db8::1", 444, "[2001:db8::1]:444", "/other/derp", true)]
    public void FromUrl_Reads(string url, string host, int port, string header, string path, bool tls)
    {
        var target = Assert.Single(RelayEndpoint.FromUrl(url).Targets);
        Assert.Equal((host, port, header, path, tls), (target.Host, target.Port, target.HostHeader, target.Path, target.UseTls));
        Assert.Null(target.IdealNode);
    }

    [Theory]
    [InlineData("relay.test")]
    [InlineData("ftp://relay.test")]
    [InlineData("https://")]
    [InlineData("https://user:secret@relay.test")]
    [InlineData("https://relay.test/derp?x=1")]
    public void FromUrl_OfSomethingElse_SaysWhatWasExpected(string url)
    {
        var failure = Assert.Throws<FormatException>(() => RelayEndpoint.FromUrl(url));
        Assert.Contains("https://host", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sha256-raw:12")]
    [InlineData("sha256-raw:zz00000000000000000000000000000000000000000000000000000000000000")]
    public void FromUrl_WithABadPin_SaysSo(string pin) =>
        Assert.Contains("64 hex", Assert.Throws<FormatException>(() => RelayEndpoint.FromUrl("https://relay.test", pin)).Message, StringComparison.Ordinal);

    [Fact]
    public void FromRegion_SkipsStunOnlyNodes_AndNamesTheIdealOne()
    {
        var region = Region(
            new DerpNode { Name = "900a", HostName = "a.test", STUNOnly = true },
            new DerpNode { Name = "900b", HostName = "b.test", DERPPort = 8443 },
            new DerpNode { Name = "900c", HostName = "c.test", IPv4 = "none", IPv6 = "2001:db8::1" });
        var targets = RelayEndpoint.FromRegion(region).Targets;
        Assert.Equal(["b.test", "c.test"], targets.Select(t => t.HostHeader));
        Assert.Equal([8443, 443], targets.Select(t => t.Port));
        Assert.All(targets, t => Assert.Equal("900a", t.IdealNode));
        Assert.Null(RelayEndpoint.FromRegion(Region(new DerpNode { Name = "900b", HostName = "b.test" })).Targets[0].IdealNode);
    }

    [Fact]
    public void FromNode_ByAnIPv6Address_NamesItAsHttpDoes()
    {
        var target = RelayEndpoint.FromNode(new DerpNode { Name = "900a", HostName = "2001:db8::1", DERPPort = 8443 }).Targets[0];
        Assert.Equal(("2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:8443"), (target.Host, target.HostHeader, target.Name));
    }

    [Fact]
    public void FromRegion_WhatCannotBe_IsSaidInOneLine()
    {
        Expect("no node", Region(new DerpNode { Name = "900a", HostName = "a.test", STUNOnly = true }));
        Expect("DERPPort", Region(new DerpNode { Name = "900a", HostName = "a.test", DERPPort = 70000 }));
        Expect("HostName", Region(new DerpNode { Name = "900a", HostName = "a.test\r\nX: y" }));
        Expect("pin", Region(new DerpNode { Name = "900a", HostName = "a.test", CertName = "sha256-raw:0" }));

        static void Expect(string said, DerpRegion region)
        {
            var message = Assert.Throws<FormatException>(() => RelayEndpoint.FromRegion(region)).Message;
            Assert.Contains(said, message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Fact]
    public async Task Nodes_AreTriedInOrder_AndTheSecondIsToldWhichIsIdeal()
    {
        await using var relay = new FakeRelay();
        await using var dead = new FakeRelay();
        dead.StopListening();
        var region = Region(
            new DerpNode { Name = "900a", HostName = "a.test", IPv4 = "127.0.0.1", IPv6 = "none", DERPPort = dead.Port },
            new DerpNode { Name = "900b", HostName = "b.test", IPv4 = "127.0.0.1", IPv6 = "none", DERPPort = relay.Port });
        var connecting = RelayConnection.ConnectAsync(RelayEndpoint.FromRegion(region, plainHttp: true), Pair.Options, Within.Token);
        var link = await relay.AdmitAsync();
        await using var client = await Within.TimeAsync(connecting, "the handshake");
        Assert.Equal($"b.test:{relay.Port}", client.Name);
        Assert.Contains("\r\nHost: b.test\r\n", link.Head, StringComparison.Ordinal);
        Assert.Contains("\r\nIdeal-Node: 900a\r\n", link.Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ToAPeerThatSaysNothing_EndsInTimeAndSaysWhere()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var relay = new FakeRelay();
        var connecting = RelayConnection.ConnectAsync(RelayEndpoint.FromUrl(relay.Url), Pair.Options with { TimeProvider = time }, Within.Token);
        await (await relay.AcceptLinkAsync()).ReadHeadAsync();
        time.Advance(TimeSpan.FromSeconds(10));
        var failure = await Within.FailsAsync(connecting, "the end");
        Assert.Equal(RelayError.Timeout, failure.Error);
        Assert.Contains("to upgrade", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ToANameThatDoesNotResolve_IsADnsFailure()
    {
        var options = Pair.Options with { Resolve = (_, _) => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound) };
        var failure = await Within.FailsAsync(RelayConnection.ConnectAsync(RelayEndpoint.FromUrl("https://relay.test"), options, Within.Token), "the failure");
        Assert.Equal(RelayError.Dns, failure.Error);
        Assert.Contains("relay.test", failure.Message, StringComparison.Ordinal);
    }

    private static DerpRegion Region(params DerpNode[] nodes) => new() { RegionID = 900, Nodes = nodes };
}
