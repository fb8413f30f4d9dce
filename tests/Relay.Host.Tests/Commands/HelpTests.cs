using Relay.Host.Configuration;
using Relay.Host.Tests.Support;

namespace Relay.Host.Tests.Commands;

public sealed class HelpTests
{
    private static readonly string[] Documented =
    [
        "--dev", "--config", "--hostname", "--listen", "--http-listen", "--stun-listen", "--admin-listen", "--tls", "--cert-dir",
        "--key-file", "--admit", "--admit-fail", "--trusted-proxy", "--queue", "--rate", "--burst", "--max-connections",
        "--max-handshakes", "--accept-rate", "--max-per-source", "--accept-per-source", "--mesh-key-file", "--mesh-with", "--cluster", "--cluster-address", "--shed-above", "--region", "--node", "--drain-seconds",
        "--acme-directory", "--acme-staging", "--acme-email", "--acme-profile", "--acme-eab-kid", "--acme-eab-hmac-file", "--stun-policy", "--bootstrap-dns-names", "--home", "--log-level",
    ];

    [Fact]
    public void Settings_AreTheDocumentedFlags() =>
        Assert.Equal(Documented.Order(StringComparer.Ordinal), Settings.All.Select(s => s.Flag).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("check", "--help")]
    [InlineData("--queue", "nonsense", "--help")]
    public async Task Help_IsPrinted_WhateverElseIsGiven(params string[] args)
    {
        var result = await Relayd.RunAsync(args);

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.StartsWith("relayd: a DERP relay", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_NamesEverySettingWithItsDefault_WithinAHundredColumns()
    {
        var text = (await Relayd.RunAsync("--help")).Out;

        var flat = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        foreach (var setting in Settings.All)
        {
            var start = flat.IndexOf($" {setting.Flag} {setting.Hint}".TrimEnd() + " " + setting.Description[..10], StringComparison.Ordinal);
            Assert.True(start >= 0, $"{setting.Flag} is not in the help text");
            var rest = flat[start..];
            var fallback = rest[rest.IndexOf("[default: ", StringComparison.Ordinal)..][..80];
            Assert.StartsWith($"[default: {setting.DefaultNote ?? setting.Default}", fallback, StringComparison.Ordinal);
        }

        Assert.All(text.Split(Environment.NewLine), line => Assert.True(line.Length <= 100, $"{line.Length} columns: {line}"));
        Assert.All(text.Split(Environment.NewLine), line => Assert.Equal(line.TrimEnd(), line));
    }

    [Fact]
    public async Task Help_EndsWithTwoExamples_ThatAreRightCommandLines()
    {
        var text = (await Relayd.RunAsync("--help")).Out;

        var examples = text[text.IndexOf("Examples:", StringComparison.Ordinal)..]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[1..];
        Assert.Equal(2, examples.Length);
        foreach (var example in examples)
            Relay.Host.Commands.CommandLine.Parse(example.Split(' ')[1..]);
    }

    [Fact]
    public async Task Version_IsOneLine()
    {
        var result = await Relayd.RunAsync("--version");

        Assert.Matches(@"\Arelayd \d+\.\d+\.\d+\S*\r?\n\z", result.Out);
    }
}
