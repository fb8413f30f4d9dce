using Relay.LoadTest.Commands;

namespace Relay.LoadTest.Targets;

/// <summary>Finds the relayd to start.</summary>
internal static class RelaydBuild
{
    /// <summary>The program and its first arguments, for a path that was given or, for none, the Release build of this source tree.</summary>
    internal static (string Program, string[] Arguments) Command(string? path)
    {
        path ??= Found() ?? throw LoadException.Usage(
            "--start-server: no Release build of relayd here; run dotnet build -c Release src/Relay.Host first, or give the path of a relayd");
        if (!File.Exists(path)) throw LoadException.Usage($"--start-server {path}: no such file; expected a relayd or a relayd.dll");
        return path.EndsWith(".dll", StringComparison.Ordinal) ? ("dotnet", [path]) : (Path.GetFullPath(path), []);
    }

    private static string? Found()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Relay.sln"))) continue;
            var built = Path.Combine(folder.FullName, "src", "Relay.Host", "bin", "Release", "net10.0", "relayd.dll");
            return File.Exists(built) ? built : null;
        }

        return null;
    }
}
