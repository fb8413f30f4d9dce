using Relay.Protocol.Keys;
using Relay.Protocol.Map;
using Relay.Testing;

namespace Relay.Agent.Tests.Maps;

public sealed class MapTests
{
    [Fact]
    public async Task Map_OfARelay_LeadsToIt()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        var run = await Run.RelayAsync("map", relayd.Url, "--stun-port", $"{relayd.StunEndPoint.Port}", "--region", "901");
        Assert.Equal(0, run.Exit);
        Assert.Contains(relayd.Pin!, run.Errors, StringComparison.Ordinal);
        var node = Assert.Single(DerpMap.Parse(System.Text.Encoding.UTF8.GetBytes(run.Output)).Regions[901].Nodes);
        Assert.Equal(("901a", 901, "127.0.0.1", relayd.Pin, "127.0.0.1", "none", relayd.StunEndPoint.Port, relayd.RelayEndPoint.Port),
            (node.Name, node.RegionID, node.HostName, node.CertName, node.IPv4, node.IPv6, node.STUNPort, node.DERPPort));

        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, run.Output);
            var ping = await Run.RelayAsync("ping", "--map", file, "-c", "1");
            Assert.Equal(("", 0), (ping.Errors, ping.Exit));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Map_OfARelayWithoutStun_SaysSo()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        var run = await Run.RelayAsync("map", relayd.Url, "--pin", relayd.Pin!, "--stun-port", "1");
        Assert.Contains("no STUN answer", run.Errors, StringComparison.Ordinal);
        Assert.Contains("\"STUNPort\": -1", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Map_WithVerbose_SaysWhatItReached(bool pinned)
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        string[] pin = pinned ? ["--pin", relayd.Pin!] : [];
        var run = await Run.RelayAsync(["map", relayd.Url, "--stun-port", "-1", "-v", .. pin]);
        Assert.Equal(0, run.Exit);
        Assert.Contains($"relay: reached {relayd.RelayEndPoint} at {relayd.RelayEndPoint}", run.Errors, StringComparison.Ordinal);
        Assert.Contains(relayd.PublicKey.ToText(), run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("headscale", "regions:\n  900:\n    regionid: 900")]
    [InlineData("tailscale", "\"derpMap\"")]
    public async Task Map_InOtherForms_HasThem(string format, string begins)
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        var run = await Run.RelayAsync("map", relayd.Url, "--pin", relayd.Pin!, "--stun-port", "-1", "--format", format);
        Assert.Contains(begins, run.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains(relayd.Pin!, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", 78)]
    [InlineData("{\"Regions\":{}}", 78)]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":2,\"Nodes\":[]}}}", 78)]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Nodes\":[{\"Name\":\"1a\",\"HostName\":\"a.test\",\"CertName\":\"sha256-raw:12\"}]}}}", 78)]
    public async Task MapFile_ThatIsNone_IsNamed(string json, int exit)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, json);
            (await Run.RelayAsync("ping", "--map", file)).AssertFails(exit, file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // The agent would run on with no relay, and say nothing.
    [Theory]
    [InlineData("sha256-raw:12", false, "sha256-raw:12")]
    [InlineData("relay.test", true, "no region of the map has a relay")]
    public async Task MapFile_ThatNoAgentCanUse_IsNamedBeforeItStarts(string certName, bool stunOnly, string says)
    {
        using var map = new MapText([new DerpNode { HostName = "a.test", CertName = certName, STUNOnly = stunOnly }]);
        using var key = NodePrivateKey.Generate();
        var config = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(config, $"[Interface]\nPrivateKey = {key.RevealWireGuard()}\n");
            (await Run.RelayAsync("up", config, "--interface", "wg-none", "--map", map.Path)).AssertFails(78, map.Path, says);
        }
        finally
        {
            File.Delete(config);
        }
    }

    [Fact]
    public async Task MapFile_ThatIsMissing_Is78() => (await Run.RelayAsync("ping", "--map", "/no/such/map.json")).AssertFails(78, "/no/such/map.json");

    [Fact]
    public async Task MapUrl_ThatDoesNotAnswer_Is69() => (await Run.RelayAsync("ping", "--map", "http://127.0.0.1:1/map")).AssertFails(69, "127.0.0.1:1");
}
