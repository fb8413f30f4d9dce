using Relay.Testing;
using YamlDotNet.RepresentationModel;

namespace Relay.Deploy.Tests.Files;

/// <summary>What lies in <c>deploy</c>.</summary>
internal static class DeployFiles
{
    internal static string Folder => Path.Combine(Repository.Root.FullName, "deploy");

    internal static string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    internal static IEnumerable<string> All(params string[] extensions) =>
        Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Where(f => extensions.Contains(Path.GetExtension(f)));

    /// <summary>The documents of a YAML file; a key given twice is an error.</summary>
    internal static IReadOnlyList<YamlNode> Yaml(string file)
    {
        var stream = new YamlStream();
        using var text = File.OpenText(file);
        stream.Load(text);
        return [.. stream.Documents.Select(d => d.RootNode)];
    }

    /// <summary>What stands at a path of keys.</summary>
    internal static YamlNode At(this YamlNode node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path) node = int.TryParse(key, out var index) ? node[index] : node[key];
        return node;
    }

    internal static string Text(this YamlNode node) => ((YamlScalarNode)node).Value ?? "";
}
