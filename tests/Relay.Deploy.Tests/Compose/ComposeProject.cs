using Relay.Deploy.Tests.Files;
using Relay.Testing;
using YamlDotNet.RepresentationModel;

namespace Relay.Deploy.Tests.Compose;

/// <summary>
/// <c>deploy/compose</c> as Docker's own tool understands it: files merged, services extended, variables filled in. Needs no
/// engine for that.
/// </summary>
internal sealed class ComposeProject : IDisposable
{
    private readonly DirectoryInfo _copy;
    private readonly YamlMappingNode _services;

    private ComposeProject(DirectoryInfo copy, YamlNode services) => (_copy, _services) = (copy, (YamlMappingNode)services);

    /// <summary>The services that are relays.</summary>
    internal IEnumerable<string> Relays => _services.Children.Where(s => Text(s.Value, "image") == "relayd").Select(s => s.Key.Text()).Order();

    /// <summary>Reads it with these lines as <c>.env</c>.</summary>
    internal static async Task<ComposeProject> ReadAsync(IEnumerable<string> environment)
    {
        var (tool, env) = (Requires.Tool("docker-compose"), Requires.Tool("env"));
        var copy = Directory.CreateTempSubdirectory("relay-compose-");
        Copy(DeployFiles.Folder, Path.Combine(copy.FullName, "deploy"));
        var folder = Path.Combine(copy.FullName, "deploy", "compose");
        await File.WriteAllLinesAsync(Path.Combine(folder, ".env"), environment);
        var (code, output) = await Tool.RunAsync(env, "-C", folder, tool, "config");
        Assert.True(code == 0, output);
        var merged = Path.Combine(copy.FullName, "merged.yaml");
        await File.WriteAllTextAsync(merged, output);
        return new ComposeProject(copy, DeployFiles.Yaml(merged)[0]["services"]);
    }

    /// <summary>The variables that a service has.</summary>
    internal Dictionary<string, string> Environment(string service) =>
        ((YamlMappingNode)_services[service]["environment"]).Children.ToDictionary(e => e.Key.Text(), e => e.Value.Text());

    /// <summary>Published ports as they are inside, such as <c>3478/udp</c>.</summary>
    internal IEnumerable<string> Ports(string service) =>
        ((YamlSequenceNode)_services[service]["ports"]).Select(p => $"{p["target"].Text()}/{p["protocol"].Text()}").Order();

    /// <summary>Whether the same ports are open outside.</summary>
    internal bool PublishesItsOwn(string service) =>
        ((YamlSequenceNode)_services[service]["ports"]).All(p => p["target"].Text() == p["published"].Text());

    /// <summary>What lies where in a service: volumes by name, files and folders by their path seen from <c>deploy/compose</c>.</summary>
    internal Dictionary<string, string> Mounts(string service) => ((YamlSequenceNode)_services[service]["volumes"])
        .Select(v => v.Text().Split(':'))
        .ToDictionary(v => v[1], v => Path.IsPathRooted(v[0]) ? Path.Combine("..", Path.GetRelativePath(Path.Combine(_copy.FullName, "deploy"), v[0])) : v[0]);

    public void Dispose() => _copy.Delete(recursive: true);

    private static string? Text(YamlNode service, string key) =>
        ((YamlMappingNode)service).Children.TryGetValue(key, out var value) ? value.Text() : null;

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
