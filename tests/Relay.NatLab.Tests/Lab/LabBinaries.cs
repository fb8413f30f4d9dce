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
        foreach (var (project, name) in new[] { ("Relay.Host", "relayd"), ("Relay.Agent", "relay") })
        {
            // Compiling ahead takes a package that the committed lock files do not name; other builds are left alone.
            var (exit, output) = await Tool.RunAsync(
                TimeSpan.FromMinutes(5),
                "dotnet", "publish", Path.Combine(Repository.Root.FullName, "src", project), "-c", "Release", "-o", Path.Combine(folder, name), "-v", "q", "--nologo",
                "--artifacts-path", Path.Combine(folder, "build"), "--use-current-runtime", "--self-contained", "false",
                "-p:PublishReadyToRun=true", "-p:NuGetLockFilePath=obj/publish.lock.json");
            Assert.True(exit == 0, output);
        }

        Directory.Delete(Path.Combine(folder, "build"), recursive: true);
        return folder;
    }
}
