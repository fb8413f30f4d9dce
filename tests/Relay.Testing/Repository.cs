namespace Relay.Testing;

/// <summary>Finds the source tree that the running test was built from.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>Relay.sln</c>; skips the test where the sources are not there.</summary>
    public static DirectoryInfo Root
    {
        get
        {
            if (Above(folder => File.Exists(Path.Combine(folder.FullName, "Relay.sln"))) is { } root) return root;
            throw Missing.Because($"needs the source tree: no Relay.sln above {AppContext.BaseDirectory}");
        }
    }

    /// <summary>The nearest folder at or above the test's own that fits, or null.</summary>
    internal static DirectoryInfo? Above(Func<DirectoryInfo, bool> fits)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !fits(folder)) folder = folder.Parent;
        return folder;
    }
}
