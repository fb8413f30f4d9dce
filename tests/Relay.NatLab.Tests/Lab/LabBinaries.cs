using Relay.Testing;

namespace Relay.NatLab.Tests.Lab;

/// <summary>relayd and relay as users install them: published once, compiled ahead, so that a start costs little.</summary>
internal static class LabBinaries
{
    private static readonly Lazy<Task<string>> Published = new(PublishAsync);

    internal static async Task<string> RelaydAsync() => Path.Combine(await Published.Value, "relayd", "relayd");

    internal static async Task<string> RelayAsync() => Path.Combine(await Published.Value, "relay", "relay");

    private static async Task<string> PublishAsync()
    {
        // For whoever runs the lab again and again while nothing changes.
        if (Environment.GetEnvironmentVariable("RELAY_LAB_BIN") is { Length: > 0 } ready) return ready;
        var folder = Directory.CreateTempSubdirectory("relay-lab-bin-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        // From a copy: compiling ahead takes a package that the lock files do not name, and other builds may be under way.
        var tree = Path.Combine(folder, "tree");
        Copy(Repository.Root, tree, "src", "Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", "global.json", ".editorconfig");
        foreach (var (project, name) in new[] { ("Relay.Host", "relayd"), ("Relay.Agent", "relay") })
        {
            var (exit, output) = await Tool.RunAsync(
                TimeSpan.FromMinutes(5),
                "dotnet", "publish", Path.Combine(tree, "src", project), "-c", "Release", "-o", Path.Combine(folder, name), "-v", "q", "--nologo",
                "--use-current-runtime", "--self-contained", "false", "-p:PublishReadyToRun=true", "-p:RestorePackagesWithLockFile=false");
            Assert.True(exit == 0, output);
        }

        Directory.Delete(tree, recursive: true);
        return folder;
    }

    private static void Copy(DirectoryInfo root, string to, params string[] names)
    {
        foreach (var name in names)
        {
            var from = Path.Combine(root.FullName, name);
            string[] files = File.Exists(from) ? [from] : Directory.GetFiles(from, "*", SearchOption.AllDirectories);
            foreach (var file in files)
            {
                var relative = Path.GetRelativePath(root.FullName, file);
                if (Path.GetFileName(file) == "packages.lock.json" || relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")) continue;
                var target = Path.Combine(to, relative);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }
    }
}
