using Relay.Host.Keys;
using Relay.Host.Tests.Support;

namespace Relay.Host.Tests.Commands;

public sealed class CheckTests
{
    [Fact]
    public async Task Check_PrintsEachValue_WithItsSource()
    {
        using var folder = new TempFolder();
        var config = folder.Write("relayd.json", """{ "region": 901, "listen": ["127.0.0.1:1", "[::1]:2"], "queue": 7 }""");

        var result = await Relayd.RunAsync(
            new() { ["RELAYD_QUEUE"] = "8", ["RELAYD_STUN_LISTEN"] = "127.0.0.1:3, 127.0.0.1:4" },
            ["check", "--dev", "--config", config, "--node", "n1", "--admin-listen", "127.0.0.1:0"]);

        Assert.Equal(("901", $"file {config}"), result.Row("region"));
        Assert.Equal(("127.0.0.1:1,[::1]:2", $"file {config}"), result.Row("listen"));
        Assert.Equal(("8", "environment RELAYD_QUEUE"), result.Row("queue"));
        Assert.Equal(("127.0.0.1:3,127.0.0.1:4", "environment RELAYD_STUN_LISTEN"), result.Row("stun-listen"));
        Assert.Equal(("n1", "flag --node"), result.Row("node"));
        Assert.Equal(("100000", "default"), result.Row("max-connections"));
        Assert.Equal(("-", ""), result.Row("cluster"));
    }

    [Fact]
    public async Task Check_MakesNothing()
    {
        using var folder = new TempFolder();

        var result = await Relayd.RunAsync(
            "check", "--hostname", "x", "--admit", "open", "--tls", "self-signed", "--cert-dir", folder["c"], "--key-file", folder["k/key"]);

        Assert.True(result.Code == 0, result.Error);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
        Assert.Contains($"key: {folder["k/key"]} does not exist and will be made", result.Out, StringComparison.Ordinal);
        Assert.Contains($"certificate: there is none in {folder["c"]}, one will be made", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_AfterTheFirstRun_ReadsWhatThatMade()
    {
        using var folder = new TempFolder();
        string[] args = ["--dev", "--tls", "self-signed", "--cert-dir", folder["c"], "--key-file", folder["key"]];
        using var key = KeyFile.LoadOrMake(folder["key"]);
        Made.SelfSigned(folder["c"], "127.0.0.1", key.Key.Public);

        var result = await Relayd.RunAsync([.. args, "check"]);

        Assert.True(result.Code == 0, result.Error);
        Assert.Contains($"key: {key.Key.Public.ToText()}", result.Out, StringComparison.Ordinal);
        Assert.Contains("certificate: for 127.0.0.1, valid until ", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("privkey", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--mesh-with", "b.example.com")]
    [InlineData("--cluster", "redis://127.0.0.1")]
    public async Task Check_OfARegionWithoutAKey_FailsAsTheStartWould(string flag, string value)
    {
        using var folder = new TempFolder();

        var result = await Relayd.RunAsync("check", "--dev", "--mesh-key-file", folder.Write("mesh.key", ""), flag, value);

        Assert.Equal(78, result.Code);
        Assert.Equal($"--mesh-key-file {folder["mesh.key"]}: is empty, but {flag} needs a mesh key; put 64 hex digits in it", result.OneLine());
    }

    [Fact]
    public async Task Check_OfFilesThatAreWrong_Fails()
    {
        using var folder = new TempFolder();
        folder.Write("key", "{}");

        var result = await Relayd.RunAsync("check", "--dev", "--key-file", folder["key"]);

        Assert.Equal(78, result.Code);
        Assert.Contains("has no member PrivateKey", result.OneLine(), StringComparison.Ordinal);
    }
}
