using Relay.Deploy.Tests.Compose;
using Relay.Testing;

namespace Relay.Deploy.Tests.Files;

/// <summary>The settings that deploy's files give relayd are ones that it takes.</summary>
public sealed class SettingsTests
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
        using var project = await ComposeProject.ReadAsync(EnvExamples.One);

        // RELAYD_CERT_DIR is --cert-dir.
        var flags = project.Environment("relayd").SelectMany(e => new[] { "--" + e.Key["RELAYD_".Length..].ToLowerInvariant().Replace('_', '-'), e.Value });
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
}
