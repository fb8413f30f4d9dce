using System.Text.RegularExpressions;
using Relay.Testing;
using YamlDotNet.RepresentationModel;

namespace Relay.Deploy.Tests.Files;

/// <summary>The settings that deploy's files give relayd are ones that it takes.</summary>
public sealed partial class SettingsTests
{
    [Fact]
    public async Task SystemdSettings_PassRelaydCheck()
    {
        var (code, output) = await CheckAsync("--config", DeployFiles.At("systemd", "relayd.json"));
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task ComposeEnvironment_PassesRelaydCheck()
    {
        var given = File.ReadLines(DeployFiles.At("compose", ".env.example"))
            .Where(l => l.Contains('=') && !l.StartsWith('#')).ToDictionary(l => l.Split('=')[0], l => l[(l.IndexOf('=') + 1)..]);
        var environment = (YamlMappingNode)DeployFiles.Yaml(DeployFiles.At("compose", "compose.yaml"))[0].At("services", "relayd", "environment");

        // RELAYD_CERT_DIR is --cert-dir.
        var flags = environment.SelectMany(e => new[]
        {
            "--" + e.Key.Text()["RELAYD_".Length..].ToLowerInvariant().Replace('_', '-'),
            Variable().Replace(e.Value.Text(), name => given[name.Groups[1].Value]),
        });
        var (code, output) = await CheckAsync([.. flags]);
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task KubernetesSettings_PassRelaydCheck()
    {
        var documents = DeployFiles.Yaml(DeployFiles.At("kubernetes", "relayd.yaml"));
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, documents.Single(d => d["kind"].Text() == "ConfigMap").At("data", "relayd.json").Text());

            // The certificate is the cluster's.
            var (code, output) = await CheckAsync("--config", file, "--tls", "off", "--node", "node-1");
            Assert.True(code == 0, output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<(int Code, string Output)> CheckAsync(params string[] flags)
    {
        using var process = RelaydProcess.Launch(["check", "--key-file", "/nonexistent/relay.key", .. flags]);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Eventually.Done(process.WaitForExitAsync(), "relayd check to end");
        return (process.ExitCode, await output + await errors);
    }

    // ${NAME}, ${NAME:-default} or ${NAME:?message}.
    [GeneratedRegex(@"\$\{(\w+)[^}]*\}")]
    private static partial Regex Variable();
}
