using System.Net;
using Relay.Protocol.Map;
using Relay.Stun;
using Relay.Testing;

namespace Relay.Agent.Tests.Doctor;

/// <summary>Maps: each node is judged for what it is there for, at the addresses the map gives, and none hides the others.</summary>
public sealed class DoctorMapTests
{
    private const string AnyPin = "sha256-raw:0000000000000000000000000000000000000000000000000000000000000000";

    [Theory]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Nodes\":[]}}}")]
    [InlineData("{\"Regions\":{}}")]
    [InlineData("[]")]
    public async Task MapWithoutNodes_Is78AndNamed(string json)
    {
        using var map = new MapText(json);
        (await Run.RelayAsync("doctor", map.Path)).AssertFails(78, map.Path);
        (await Run.RelayAsync("doctor", map.Path, "--json")).AssertFails(78, map.Path);
    }

    [Fact]
    public async Task RegionWithoutNodes_IsAWarningBesideTheOthers()
    {
        await using var stun = new StunResponder();
        using var map = new MapText([], [StunNode((await stun.StartAsync([Loopback]))[0].Port)]);
        var run = await Run.RelayAsync("doctor", map.Path, "--json");
        Assert.Equal(0, run.Exit);
        Assert.Equal(("warn", "it has no nodes"), (Diagnosis.Of(run).Of("region 1").Single().Result, Diagnosis.Of(run).Of("region 1").Single().Seen));
    }

    [Fact]
    public async Task StunOnlyNode_NeedsNoTcp()
    {
        await using var stun = new StunResponder();
        using var map = new MapText([StunNode((await stun.StartAsync([Loopback]))[0].Port)]);
        var run = await Run.RelayAsync("doctor", map.Path, "--json");
        Assert.Equal(0, run.Exit);
        Assert.Equal("ok", Diagnosis.Of(run)["STUN IPv4"].Result);
        Assert.DoesNotContain(Diagnosis.Of(run).Of("1a"), c => c.Check is "TCP IPv4" or "DERP" or "TLS");
    }

    [Fact]
    public async Task StunOnlyNode_ThatIsDead_Fails()
    {
        using var map = new MapText([StunNode(1)]);
        var run = await Run.RelayAsync("doctor", map.Path, "--json");
        Assert.Equal(69, run.Exit);
        Assert.Equal("fail", Diagnosis.Of(run)["STUN IPv4"].Result);
    }

    [Fact]
    public async Task StunOnlyNode_WithoutStun_Fails()
    {
        using var map = new MapText([StunNode(-1)]);
        var run = await Run.RelayAsync("doctor", map.Path, "--json");
        Assert.Equal("fail", Diagnosis.Of(run)["map"].Result);
    }

    [Fact]
    public async Task RelayWithoutStun_IsAWarning()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        var run = await Run.RelayAsync("doctor", relayd.Url, "--pin", relayd.Pin!, "--stun-port", "1", "--json");
        Assert.Equal(0, run.Exit);
        Assert.Equal("warn", Diagnosis.Of(run)["STUN IPv4"].Result);
    }

    [Fact]
    public async Task MalformedPin_OfOneNode_HidesNoOther()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        var good = Node(relayd);
        using var map = new MapText([good with { CertName = "sha256-raw:12" }, good]);
        var run = await Run.RelayAsync("doctor", map.Path, "--json");
        Assert.Equal(1, run.Exit);
        var wrong = Diagnosis.Of(run).Of("1a").Single(c => c.Check == "map" && c.Result == "fail");
        Assert.Contains("64 hex digits", wrong.Seen, StringComparison.Ordinal);
        Assert.Equal("ok", Diagnosis.Of(run).Of("1b").Single(c => c.Check == "packets").Result);
    }

    [Fact]
    public async Task NodeWhoseNameIsUnknown_IsExaminedAtTheMapsAddress()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed", "--hostname", "relay.invalid");
        using var map = new MapText([Node(relayd) with { HostName = "relay.invalid" }]);
        var run = await Run.RelayAsync("doctor", map.Path, "--json");
        Assert.Equal((0, ""), (run.Exit, run.Errors));
        var results = Diagnosis.Of(run);
        foreach (var check in new[] { "DERP", "packets", "WebSocket", "/derp/probe", "/derp/latency-check", "/generate_204", "clock" })
            Assert.Equal((check, "ok"), (check, results[check].Result));
        Assert.Equal("warn", results["DNS"].Result);
    }

    [Fact]
    public async Task NameWithAnotherAddressThanTheMaps_IsAWarning()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed", "--hostname", "localhost", "--listen", "127.0.0.2:0");
        using var map = new MapText([Node(relayd) with { HostName = "localhost", IPv4 = "127.0.0.2" }]);
        var run = await Run.RelayAsync("doctor", map.Path, "--json");
        Assert.Equal("warn", Diagnosis.Of(run)["DNS"].Result);
        Assert.Contains("the map says 127.0.0.2", Diagnosis.Of(run)["DNS"].Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NameWithoutAnyAddress_FailsAndSaysSo()
    {
        var run = await Run.RelayAsync("doctor", "https://relay.invalid", "--stun-port", "-1", "--json");
        Assert.Equal(69, run.Exit);
        Assert.Equal("fail", Diagnosis.Of(run)["DNS"].Result);
    }

    [Fact]
    public async Task RightPin_OnACertificateForAnotherName_SaysThatTheNameIsWrong()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed", "--hostname", "relay.invalid");
        using var map = new MapText([Node(relayd) with { HostName = "other.invalid" }]);
        var run = await Run.RelayAsync("doctor", map.Path, "--json");
        Assert.Equal(1, run.Exit);
        foreach (var check in new[] { "TLS", "DERP" })
        {
            Assert.Equal("fail", Diagnosis.Of(run)[check].Result);
            Assert.Contains("the pin is right", Diagnosis.Of(run)[check].Fix, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AddressThatThisMachineHasNoWayTo_IsNotTheRelaysFailure()
    {
        // Never reachable: a link-local address without its interface.
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        using var map = new MapText([Node(relayd) with { IPv6 = "fe80::1" }]);
        var run = await Run.RelayAsync("doctor", map.Path, "--json");
        Assert.Equal(0, run.Exit);
        Assert.Equal("skip", Diagnosis.Of(run)["IPv6"].Result);
    }

    [Fact]
    public async Task MapsOwnMistakes_AreNamed()
    {
        var node = new DerpNode { HostName = "127.0.0.1", IPv6 = "none", DERPPort = 1, STUNPort = -1, CanPort80 = true, InsecureForTests = true };
        using var map = new MapText([node with { CertName = AnyPin.Replace('0', 'A') }, node with { IPv4 = "::1" }]);
        var run = await Run.RelayAsync("doctor", map.Path, "--json");
        var seen = Diagnosis.Of(run).Of("1a").Where(c => c.Check == "map").Select(c => (c.Result, c.Seen)).ToList();
        Assert.Equal(
            [("warn", "DERPPort is 1"), ("warn", "CanPort80 with IPv4 absent"), ("fail", "CertName has upper-case hex digits"), ("warn", "InsecureForTests is set")],
            seen);
        Assert.Contains(Diagnosis.Of(run).Of("1b"), c => c is { Check: "IPv4", Result: "fail" });
    }

    private static IPEndPoint Loopback => new(IPAddress.Loopback, 0);

    private static DerpNode StunNode(int port) =>
        new() { HostName = "127.0.0.1", IPv4 = "127.0.0.1", IPv6 = "none", STUNPort = port, STUNOnly = true };

    private static DerpNode Node(RelaydProcess relayd) => new()
    {
        HostName = "127.0.0.1",
        IPv4 = "127.0.0.1",
        IPv6 = "none",
        CertName = relayd.Pin,
        DERPPort = relayd.Port,
        STUNPort = relayd.StunEndPoint.Port,
    };
}
