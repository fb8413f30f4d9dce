using System.Globalization;
using System.Text.Json;
using Relay.Testing;

namespace Relay.LoadTest.Tests.Scenarios;

/// <summary>Each scenario once, short, against the real relayd: that it works and loses nothing, not how fast.</summary>
public sealed class SmokeTests(RelaydFixture fixture) : IClassFixture<RelaydFixture>
{
    [Theory]
    [InlineData("throughput")]
    [InlineData("throughput --batch 1 --transport websocket")]
    [InlineData("throughput --rate 100 --transport fast-start")]
    [InlineData("throughput --threads 2 --frozen 1")]
    [InlineData("light")]
    [InlineData("pingpong --rate 100")]
    public async Task Traffic_ArrivesWholly(string scenario)
    {
        var row = (await RunAsync(scenario)).GetProperty("rows").EnumerateArray().Single();
        Assert.True(Number(row, "delivered_pps") > 50, $"{Number(row, "delivered_pps")} packets a second");
        Assert.Equal(0, Number(row, "loss"));
        Assert.True(Number(row, "p50_us") > 0);
        Assert.True(Number(row, "p50_us") <= Number(row, "max_us"));
        Assert.True(Number(row, "server_rss_bytes") > 1_000_000);
    }

    [Fact]
    public async Task Overload_MeasuresThePeakAndDiscovery()
    {
        var rows = (await RunAsync("overload --rate 2000 --pairs 2")).GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(["peak", "overload"], rows.Select(row => row.GetProperty("part").GetString()));
        Assert.True(Number(rows[0], "delivered_pps") > 0);
        Assert.True(Number(rows[1], "disco_p99_us") > 0);
    }

    [Theory]
    [InlineData("fairness --pairs 3")]
    [InlineData("fairness --pairs 3 --size 100 --batch 1")]
    public async Task Fairness_SaysHowItWasShared(string scenario)
    {
        var rows = (await RunAsync(scenario)).GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(["peak", "equal", "unequal"], rows.Select(row => row.GetProperty("part").GetString()));
        foreach (var row in rows.Skip(1)) Assert.InRange(Number(row, "jain"), 0.2, 1);
    }

    [Fact]
    public async Task Idle_SaysWhatAClientCosts() =>
        Assert.InRange(Number((await RunAsync("idle --clients 100")).GetProperty("rows")[0], "bytes_per_idle_client"), 1, 1_000_000);

    [Fact]
    public async Task Connect_MakesConnections()
    {
        var row = (await RunAsync("connect --rate 20")).GetProperty("rows")[0];
        Assert.True(Number(row, "delivered_pps") > 0);
        Assert.True(Number(row, "p99_us") > 0);
    }

    [Fact]
    public async Task Stun_IsAnswered()
    {
        var row = (await RunAsync($"stun --rate 1000 --stun {fixture.Relayd.StunEndPoint}")).GetProperty("rows")[0];
        Assert.True(Number(row, "delivered_pps") > 0);
        Assert.Equal(0, Number(row, "loss"));
    }

    [Fact]
    public async Task Direct_NeedsNoRelay()
    {
        var json = await Run.JsonAsync("direct", "--seconds", "0.5", "--warmup", "0.1");
        Assert.Equal(0, Number(json.GetProperty("rows")[0], "loss"));
        Assert.Equal("direct", json.GetProperty("rows")[0].GetProperty("target").GetString());
    }

    [Fact]
    public async Task Compare_AgainstAnotherRelay_AlternatesAndGivesRatios()
    {
        var json = await RunAsync($"compare --against ref:{fixture.Relayd.Url} --runs 2 --pairs 2");
        Assert.Equal(["relay", "ref", "relay", "ref"], json.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("target").GetString()));
        var compare = json.GetProperty("compare");
        Assert.Equal("delivered_pps", compare.GetProperty("metric").GetString());
        Assert.Equal("ref", compare.GetProperty("against").GetString());
        Assert.Equal(2, compare.GetProperty("ratios").GetArrayLength());
        Assert.True(compare.GetProperty("median").GetDouble() > 0);
    }

    [Fact]
    public async Task Compare_AgainstHaproxy_CarriesTheSameFrames()
    {
        Requires.Tool("haproxy");
        var json = await RunAsync("compare --against haproxy --runs 1 --pairs 2");
        var haproxy = json.GetProperty("rows")[1];
        Assert.Equal(0, Number(haproxy, "loss"));
        Assert.True(Number(haproxy, "delivered_pps") > 0);
        Assert.StartsWith("HAProxy", json.GetProperty("versions").GetProperty("haproxy").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartServer_StartsAndEndsARelay()
    {
        var json = await Run.JsonAsync("throughput", "--start-server", RelaydProcess.Program, "--plain", "--pairs", "2", "--seconds", "0.5", "--warmup", "0.1");
        var row = json.GetProperty("rows")[0];
        Assert.Equal("relayd", row.GetProperty("target").GetString());
        Assert.Equal(0, Number(row, "loss"));
        Assert.Equal("none", json.GetProperty("versions").GetProperty("cipher (relayd)").GetString());
    }

    [Fact]
    public async Task Region_CarriesPacketsFromOneRelayToTheNext()
    {
        var json = await Run.JsonAsync(
            "compare", "--against", "local", "--start-server", RelaydProcess.Program, "--nodes", "2", "--pairs", "2", "--runs", "1", "--seconds", "0.5", "--warmup", "0.1");
        var rows = json.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(["region", "local"], rows.Select(row => row.GetProperty("target").GetString()));
        foreach (var row in rows)
        {
            Assert.Equal(0, Number(row, "loss"));
            Assert.True(Number(row, "delivered_pps") > 0);
        }

        Assert.Equal("local", json.GetProperty("compare").GetProperty("against").GetString());
    }

    [Fact]
    public async Task SeveralUrls_PutSenderAndReceiverOnDifferentRelays()
    {
        // Not linked, so nothing arrives.
        await using var other = await RelaydProcess.StartAsync("--tls", "self-signed");
        var row = (await RunAsync($"light --pairs 2 --url {other.Url} --server-pid {other.Id}")).GetProperty("rows")[0];
        Assert.Equal(1, Number(row, "loss"));
        Assert.True(Number(row, "server_rss_bytes") > 1.5 * other.ResidentBytes);
    }

    private Task<JsonElement> RunAsync(string scenario) => Run.JsonAsync(
    [
        .. scenario.Split(' '), "--url", fixture.Relayd.Url, "--server-pid", fixture.Relayd.Id.ToString(CultureInfo.InvariantCulture),
        "--seconds", "0.5", "--warmup", "0.1",
    ]);

    private static double Number(JsonElement row, string name) => row.GetProperty(name).GetDouble();
}
