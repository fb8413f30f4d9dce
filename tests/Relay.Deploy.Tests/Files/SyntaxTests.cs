using System.Text.Json;
using Relay.Testing;
using YamlDotNet.RepresentationModel;

namespace Relay.Deploy.Tests.Files;

/// <summary>Every file an operator copies is at least what it says it is.</summary>
public sealed class SyntaxTests
{
    [Fact]
    public void YamlAndJson_CanBeRead()
    {
        var files = DeployFiles.All(".yaml", ".yml", ".json").ToList();
        Assert.True(files.Count > 8, $"only {files.Count} files");
        foreach (var file in files)
        {
            if (file.EndsWith(".json", StringComparison.Ordinal)) JsonDocument.Parse(File.ReadAllText(file)).Dispose();
            else Assert.NotEmpty(DeployFiles.Yaml(file));
        }
    }

    [Fact]
    public async Task Unit_IsOneThatSystemdTakes_AndHardened()
    {
        var analyze = Requires.Tool("systemd-analyze");
        var folder = Directory.CreateTempSubdirectory("relay-unit-");
        try
        {
            var unit = Path.Combine(folder.FullName, "relayd.service");
            var text = await File.ReadAllTextAsync(DeployFiles.At("systemd", "relayd.service"));
            await File.WriteAllTextAsync(unit, text.Replace("/opt/relayd/relayd", "/bin/true", StringComparison.Ordinal));
            var (code, output) = await Tool.RunAsync(analyze, "verify", unit);
            Assert.True(code == 0 && !output.Contains("relayd.service", StringComparison.Ordinal), output);

            // Twice what it scores; the rest is what a network server with a compiler inside needs.
            (code, output) = await Tool.RunAsync(analyze, "security", "--offline=true", "--threshold=20", unit);
            Assert.True(code == 0, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void KernelSettings_Exist()
    {
        Requires.Linux();
        var names = File.ReadLines(DeployFiles.At("systemd", "90-relayd.conf")).Where(l => l.Contains('=')).Select(l => l.Split('=')[0].Trim()).ToList();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.True(File.Exists("/proc/sys/" + name.Replace('.', '/')), name));
    }

    [Fact]
    public void Kubernetes_GivesTheToldRestartItsTime()
    {
        var documents = DeployFiles.Yaml(DeployFiles.At("kubernetes", "relayd.yaml"));
        var pod = documents.Single(d => d["kind"].Text() == "Deployment").At("spec", "template", "spec");
        using var settings = JsonDocument.Parse(documents.Single(d => d["kind"].Text() == "ConfigMap").At("data", "relayd.json").Text());
        var grace = int.Parse(pod["terminationGracePeriodSeconds"].Text(), null);
        var sleep = int.Parse(pod.At("containers", "0", "lifecycle", "preStop", "sleep", "seconds").Text(), null);
        Assert.InRange(sleep + settings.RootElement.GetProperty("drain-seconds").GetInt32(), 1, grace - 5);
    }

    [Fact]
    public void Images_AreReachedAtThePortsTheyExpose()
    {
        var exposed = Images.Dockerfile.Parse(File.ReadAllText(Path.Combine(Repository.Root.FullName, "Dockerfile")))["relayd"]
            .Last("EXPOSE").Split(' ').Order().ToList();
        var compose = DeployFiles.Yaml(DeployFiles.At("compose", "compose.yaml"))[0].At("services", "relayd", "ports");
        Assert.Equal(exposed, ((YamlSequenceNode)compose).Select(p => p.Text().Split(':')[1]).Order());
        var pod = DeployFiles.Yaml(DeployFiles.At("kubernetes", "relayd.yaml")).Single(d => d["kind"].Text() == "Deployment");
        var ports = (YamlSequenceNode)pod.At("spec", "template", "spec", "containers", "0", "ports");
        var onHost = ports.Where(p => ((YamlMappingNode)p).Children.ContainsKey("hostPort"));
        Assert.Equal(exposed, onHost.Select(p => $"{p["hostPort"].Text()}/{p["protocol"].Text().ToLowerInvariant()}").Order());
    }
}
