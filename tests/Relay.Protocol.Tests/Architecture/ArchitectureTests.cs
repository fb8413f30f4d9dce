using System.Text.RegularExpressions;
using System.Xml.Linq;
using Relay.Testing;

namespace Relay.Protocol.Tests.Architecture;

/// <summary>What may refer to what, and how long a file may be: the rules that a reviewer would otherwise have to remember.</summary>
public sealed partial class ArchitectureTests
{
    private const int MaxLine = 200;
    private const int MaxLines = 500;

    private static readonly string[] ProjectFolders = ["src", "loadtest"];

    // Each project with the ones it may name in its project file. A new project is added here, on purpose.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Relay.Crypto"] = [],
        ["Relay.Protocol"] = ["Relay.Crypto"],
        ["Relay.Stun"] = [],
        ["Relay.Udp"] = ["Relay.Stun"],
        ["Relay.Paths"] = ["Relay.Crypto", "Relay.Protocol", "Relay.Stun"],
        ["Relay.Server"] = ["Relay.Protocol"],
        ["Relay.Acme"] = [],
        ["Relay.Mesh"] = ["Relay.Server", "Relay.Client", "Relay.Protocol"],
        ["Relay.Host"] = ["Relay.Acme", "Relay.Mesh", "Relay.Server", "Relay.Protocol", "Relay.Stun"],
        ["Relay.Client"] = ["Relay.Protocol", "Relay.Stun"],
        ["Relay.Agent"] = ["Relay.Client", "Relay.Paths", "Relay.Protocol", "Relay.Stun", "Relay.Udp"],
        ["Relay.LoadTest"] = ["Relay.Client", "Relay.Protocol", "Relay.Stun"],
    };

    [Fact]
    public void ProjectReferences_PointOneWay()
    {
        var projects = Projects().ToList();
        Assert.NotEmpty(projects);
        foreach (var project in projects)
        {
            var name = Path.GetFileNameWithoutExtension(project.Name);
            Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} has no entry in the rules of this test");
            foreach (var reference in References(project)) Assert.True(allowed.Contains(reference), $"{name} may not refer to {reference}");
        }
    }

    // What a project reaches through others counts as well. A relay is a client of other relays in Relay.Mesh alone.
    [Fact]
    public void ServerAndClient_NeverSeeEachOther()
    {
        var graph = Projects().ToDictionary(project => Path.GetFileNameWithoutExtension(project.Name), project => References(project).ToList());
        Assert.DoesNotContain("Relay.Client", Reached(graph, "Relay.Server"));
        foreach (var name in new[] { "Relay.Client", "Relay.Agent" }) Assert.DoesNotContain("Relay.Server", Reached(graph, name));
        Assert.Equal(["Relay.Crypto"], Reached(graph, "Relay.Protocol"));
        Assert.Empty(Reached(graph, "Relay.Stun"));
        Assert.Equal(["Relay.Crypto", "Relay.Protocol", "Relay.Stun"], Reached(graph, "Relay.Paths"));
        Assert.Empty(Reached(graph, "Relay.Acme"));
    }

    [Theory]
    [InlineData("Relay.Crypto")]
    [InlineData("Relay.Protocol")]
    [InlineData("Relay.Stun")]
    [InlineData("Relay.Paths")]
    [InlineData("Relay.Acme")]
    [InlineData("Relay.Client")]
    [InlineData("Relay.Agent")]
    public void AspNetCore_IsForTheServerOnly(string name)
    {
        var project = XDocument.Load(Projects().Single(file => file.Name == name + ".csproj").FullName);
        Assert.Empty(project.Descendants("FrameworkReference"));
        Assert.Equal("Microsoft.NET.Sdk", project.Root?.Attribute("Sdk")?.Value);
    }

    [Fact]
    public void SourceFiles_KeepToTheirLengths()
    {
        var faults = new List<string>();
        foreach (var file in Sources())
        {
            var (name, lines) = (Path.GetRelativePath(Repository.Root.FullName, file), File.ReadAllLines(file));
            if (lines.Length > MaxLines) faults.Add($"{name}: {lines.Length} lines");
            faults.AddRange(lines.Index().Where(line => line.Item.Length > MaxLine).Select(line => $"{name}:{line.Index + 1}: {line.Item.Length} characters"));
        }

        Assert.True(faults.Count == 0, $"at most {MaxLines} lines of {MaxLine} characters are allowed:\n{string.Join('\n', faults)}");
    }

    // Operators filter by number: each means one thing.
    [Fact]
    public void LogEvents_HaveNumbersOfTheirOwn()
    {
        var numbers = Sources().SelectMany(file => LogEvent().Matches(File.ReadAllText(file))).ToLookup(match => match.Groups["number"].Value, match => match.Groups["name"].Value);
        Assert.NotEmpty(numbers);
        Assert.All(numbers, number => Assert.Single(number));
    }

    [GeneratedRegex("EventId = (?<number>[0-9]+), EventName = \"(?<name>[A-Za-z]+)\"")]
    private static partial Regex LogEvent();

    private static IEnumerable<FileInfo> Projects() =>
        ProjectFolders
            .Select(folder => new DirectoryInfo(Path.Combine(Repository.Root.FullName, folder)))
            .Where(folder => folder.Exists)
            .SelectMany(folder => folder.EnumerateFiles("*.csproj", SearchOption.AllDirectories));

    private static IEnumerable<string> References(FileInfo project) =>
        XDocument.Load(project.FullName)
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

    private static SortedSet<string> Reached(Dictionary<string, List<string>> graph, string from)
    {
        var reached = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(graph[from]);
        while (open.TryPop(out var name))
        {
            if (reached.Add(name)) graph[name].ForEach(open.Push);
        }

        return reached;
    }

    private static IEnumerable<string> Sources()
    {
        var root = Path.Combine(Repository.Root.FullName, "src");
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));
    }
}
