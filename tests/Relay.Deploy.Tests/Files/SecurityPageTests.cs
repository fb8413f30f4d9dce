using System.Text.RegularExpressions;
using Relay.Testing;

namespace Relay.Deploy.Tests.Files;

/// <summary>SECURITY.md promises nothing without a test.</summary>
public sealed partial class SecurityPageTests
{
    [Fact]
    public void EveryNamedTest_Exists()
    {
        var root = Repository.Root.FullName;
        var tests = Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Method().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)
            .ToHashSet();
        var named = Named().Matches(File.ReadAllText(Path.Combine(root, "SECURITY.md"))).Select(match => match.Groups[1].Value).ToList();
        Assert.True(named.Count > 40, $"only {named.Count} tests are named");
        Assert.All(named, name => Assert.True(tests.Contains(name), $"there is no test {name}"));
    }

    // Test names are sentences with an underscore; nothing else in that page is.
    [GeneratedRegex(@"`([A-Z]\w*_\w+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"public (?:async )?(?:Task|void) (\w+)\(")]
    private static partial Regex Method();
}
