using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>Tools that know nothing of this project, against the real relayd.</summary>
public sealed class ThirdPartyTests
{
    [Fact]
    public async Task TurnutilsStunClient_LearnsItsAddress()
    {
        var tool = Requires.Tool("turnutils_stunclient");
        await using var relayd = await RelaydProcess.StartAsync();
        var run = await Tool.RunAsync(tool, "-p", Port(relayd.StunEndPoint), "127.0.0.1");
        Assert.Contains("UDP reflexive addr: 127.0.0.1:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TurnutilsNatDiscovery_GetsAnAnswer()
    {
        var tool = Requires.Tool("turnutils_natdiscovery");
        await using var relayd = await RelaydProcess.StartAsync();
        var run = await Tool.RunAsync(tool, "-m", "-f", "-p", Port(relayd.StunEndPoint), "127.0.0.1");

        // One address and one port: each of its tests hears of its own address, and there is no second one to compare.
        Assert.Equal(3, run.Output.Split("UDP reflexive addr: 127.0.0.1:").Length - 1);
    }

    [Theory]
    [InlineData("-tls1_2", "TLSv1.2")]
    [InlineData("-tls1_3", "TLSv1.3")]
    public async Task OpenSsl_AgreesOnBothVersionsAndSeesTheMetaCertificate(string version, string agreed)
    {
        var tool = Requires.Tool("openssl");
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        var run = await Tool.RunAsync(tool, "s_client", version, "-showcerts", "-connect", relayd.RelayEndPoint.ToString());
        Assert.Contains(agreed, run.Output, StringComparison.Ordinal);
        Assert.Contains($"CN = derpkey{relayd.PublicKey.ToHex()}", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, run.Output.Split("-----BEGIN CERTIFICATE-----").Length - 1);
    }

    [Theory]
    [InlineData("--http1.1", "/derp/probe", "200")]
    [InlineData("--http2", "/derp/probe", "200")]
    [InlineData("--http1.1", "/derp/latency-check", "200")]
    [InlineData("--http1.1", "/generate_204", "204")]
    [InlineData("--http1.1", "/bootstrap-dns", "200")]
    [InlineData("--http1.1", "/robots.txt", "200")]
    [InlineData("--http1.1", "/", "200")]
    [InlineData("--http1.1", "/derp", "426")]
    [InlineData("--http2", "/derp", "426")]
    public async Task Curl_GetsEveryPublicEndpoint(string version, string path, string status)
    {
        var tool = Requires.Tool("curl");
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        var run = await Tool.RunAsync(tool, "-ksS", version, "-o", "/dev/null", "-w", "%{http_code} %{http_version}", $"https://{relayd.RelayEndPoint}{path}");
        Assert.Equal($"{status} {(version == "--http2" ? "2" : "1.1")}", run.Output);
    }

    [Fact]
    public async Task Curl_GetsTheChallengeAnswered()
    {
        var tool = Requires.Tool("curl");
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        var run = await Tool.RunAsync(tool, "-ksSi", "--http1.1", "-H", "X-Tailscale-Challenge: ts_127.0.0.1", $"https://{relayd.RelayEndPoint}/generate_204");
        Assert.Contains("X-Tailscale-Response: response ts_127.0.0.1\r\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/healthz", "ok")]
    [InlineData("/readyz", "ready")]
    public async Task Curl_SeesTheAdminEndpointsOnTheirOwnListenerOnly(string path, string answer)
    {
        var tool = Requires.Tool("curl");
        await using var relayd = await RelaydProcess.StartAsync();
        Assert.StartsWith(answer, (await Tool.RunAsync(tool, "-sS", $"http://{relayd.AdminEndPoint}{path}")).Output, StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>", (await Tool.RunAsync(tool, "-sS", $"http://{relayd.RelayEndPoint}{path}")).Output, StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>", (await Tool.RunAsync(tool, "-sS", $"http://{relayd.RelayEndPoint}/metrics")).Output, StringComparison.Ordinal);
    }

    private static string Port(System.Net.IPEndPoint endPoint) => endPoint.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
