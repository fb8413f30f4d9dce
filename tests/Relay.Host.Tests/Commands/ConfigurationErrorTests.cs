using Relay.Host.Tests.Support;

namespace Relay.Host.Tests.Commands;

public sealed class ConfigurationErrorTests
{
    [Theory]
    [InlineData("--hostname is missing: give the name or IP address that clients use, such as --hostname relay.example.com (or try --dev)")]
    [InlineData("--admit is missing: choose who may use the relay, such as --admit file:/etc/relayd/nodes.json, or --admit open for anybody", "--hostname", "x")]
    [InlineData("--shed-above \"5\": needs other relays to go to; give --mesh-with or --cluster as well", "--dev", "--shed-above", "5")]
    [InlineData("--shed-above \"5\": must be below --max-connections 5", "--dev", "--shed-above", "5", "--max-connections", "5", "--mesh-with", "a", "--mesh-key-file", "k")]
    [InlineData("--mesh-with \"a,b\": needs --mesh-key-file FILE as well", "--dev", "--mesh-with", "a,b")]
    [InlineData("--burst \"70000\": needs --rate BYTES/S as well", "--dev", "--burst", "70000")]
    [InlineData("--tls \"files\": needs --cert-dir DIR as well", "--dev", "--tls", "files")]
    [InlineData("--stun-listen \"off,127.0.0.1:1\": give either addresses or off", "--dev", "--stun-listen", "off", "--stun-listen", "127.0.0.1:1")]
    [InlineData("--admin-listen \"127.0.0.1:3340\": 127.0.0.1:3340 is already that of --listen; choose another", "--dev", "--admin-listen", "127.0.0.1:3340")]
    [InlineData("--http-listen \":443\": [::]:443 is already that of --listen; choose another", "--hostname", "x", "--admit", "open", "--http-listen", ":443")]
    [InlineData("--config /nonexistent/r.json: no such file; give the path of one that exists", "--dev", "--config", "/nonexistent/r.json")]
    [InlineData("--admit /nonexistent/nodes: no such file; give the path of one that exists", "--dev", "--admit", "file:/nonexistent/nodes")]
    [InlineData("--admit /nonexistent/nodes: no such file; give the path of one that exists", "check", "--dev", "--admit", "file:/nonexistent/nodes")]
    [InlineData("--admit-fail \"open\": goes with --admit url:URL alone; remove it", "--dev", "--admit-fail", "open")]
    [InlineData("--mesh-key-file /nonexistent/mesh: no such file; give the path of one that exists", "check", "--dev", "--mesh-key-file", "/nonexistent/mesh")]
    public async Task BadConfiguration_Is78_AndSaysWhatWouldBeRight(string line, params string[] args)
    {
        var result = await Relayd.RunAsync(args);

        Assert.Equal(line, result.OneLine());
        Assert.Equal(78, result.Code);
    }

    [Fact]
    public async Task Run_WithTheDefaultTls_SaysWhichFileIsMissing()
    {
        using var folder = new TempFolder();

        var result = await Relayd.RunAsync(
            "--hostname", "relay.example.com", "--admit", "open", "--key-file", folder["key"], "--cert-dir", folder["certs"]);

        Assert.Equal(
            $"--cert-dir {folder["certs/relay.example.com.crt"]}: no such file; expected the certificate there and its key in"
            + " relay.example.com.key, or --tls self-signed or acme",
            result.OneLine());
        Assert.Equal(78, result.Code);
    }
}
