namespace Relay.Testing;

/// <summary>First line of a test that needs more than the SDK: skips where it is missing, fails there when <c>CI=true</c>.</summary>
public static class Requires
{
    private static readonly string[] ChromiumNames = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

    /// <summary>An executable on the PATH; returns its full path.</summary>
    public static string Tool(string name)
    {
        if (Find(name) is { } path) return path;
        throw Missing.Because($"needs '{name}' on the PATH");
    }

    /// <summary>A file such as a tool's module; returns its path.</summary>
    public static string Existing(string path) => File.Exists(path) ? path : throw Missing.Because($"needs {path}");

    /// <summary>The rights of root, for network namespaces and interfaces.</summary>
    public static void Root()
    {
        if (!Environment.IsPrivilegedProcess) throw Missing.Because("needs root");
    }

    /// <summary>A Chromium or Chrome on the PATH; returns its full path.</summary>
    public static string Chromium()
    {
        foreach (var name in ChromiumNames)
        {
            if (Find(name) is { } path) return path;
        }

        throw Missing.Because("needs Chromium on the PATH");
    }

    /// <summary>Linux, for what only its kernel has.</summary>
    public static void Linux()
    {
        if (!OperatingSystem.IsLinux()) throw Missing.Because("needs Linux");
    }

    private static string? Find(string name)
    {
        var folders = Environment.GetEnvironmentVariable("PATH") ?? "";
        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        return folders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }
}
