using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Relay.Testing;

namespace Relay.Deploy.Tests.Images;

[SupportedOSPlatform("linux")]
public sealed class DockerfileTests
{
    [Fact]
    public async Task Images_BuiltAsTheDockerfileSays_RunAsAnotherUserInAnEmptyRoot_AndSatisfyDoctor()
    {
        Requires.Linux();
        Requires.Root();
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64) throw Missing.Because("needs x64: the empty root is put together of its libraries");
        foreach (var tool in new[] { "unshare", "nsenter", "chroot", "ip", "sysctl" }) Requires.Tool(tool);
        using var build = new ImageBuild();
        await build.BuildAsync();
        var (relayd, relay) = (await build.MakeAsync("relayd"), await build.MakeAsync("relay"));

        // On the ports of the image: it has a network of its own.
        using var container = relayd.Run("--hostname", "127.0.0.1", "--tls", "self-signed", "--admit", "open", "--node", "image");
        try
        {
            var pin = await Eventually.Done(PinAsync(container), "relayd to say that it is up", TimeSpan.FromSeconds(60));
            Assert.Equal((0, "ready\n"), await relayd.ExecuteAsync(container, relayd.HealthCheck));
            var (code, report) = await relay.ExecuteAsync(container, [.. relay.EntryPoint, "doctor", "https://127.0.0.1", "--pin", pin]);
            Assert.True(code == 0, report);
            Assert.True(File.Exists(Path.Combine(relayd.Root, "var/lib/relayd/relay.key")), "the key is not in the volume");

            // As an engine stops it.
            await Tool.RunAsync("kill", "-TERM", await Image.ChildAsync(container));
            await Eventually.Done(container.WaitForExitAsync(), "the container to stop", TimeSpan.FromSeconds(45));
            Assert.Equal(0, container.ExitCode);
        }
        finally
        {
            if (!container.HasExited) container.Kill(entireProcessTree: true);
            await container.WaitForExitAsync();
        }
    }

    private static async Task<string> PinAsync(Process container)
    {
        var errors = container.StandardError.ReadToEndAsync();
        while (await container.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("  pin ", StringComparison.Ordinal)) continue;
            _ = container.StandardOutput.ReadToEndAsync();
            return line.Trim().Split(' ')[^1];
        }

        throw new InvalidOperationException($"relayd did not start: {await errors}");
    }
}
