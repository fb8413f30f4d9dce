using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>A signal that comes before relayd is up.</summary>
public sealed class EarlySignalTests
{
    [Fact]
    public async Task HangUp_WhileRelaydStarts_IsMadeUpForOnceItIsUp()
    {
        Requires.Linux();
        var folder = Directory.CreateTempSubdirectory("relayd-early-");
        var pipe = Path.Combine(folder.FullName, "mesh.key");
        await Tool.RunAsync(Requires.Tool("mkfifo"), "-m", "600", pipe);
        using var relayd = RelaydProcess.Launch(
            "--dev", "--listen", "127.0.0.1:0", "--stun-listen", "off", "--admin-listen", "127.0.0.1:0", "--mesh-key-file", pipe);
        try
        {
            var errors = relayd.StandardError;
            // Its start stands still here: opening the pipe waits for who reads it, and reading for what is written.
            await using (var key = await Eventually.Done(Task.Run(() => new StreamWriter(pipe)), "relayd to read its mesh key"))
            {
                await Tool.RunAsync(Requires.Tool("kill"), "-HUP", $"{relayd.Id}");
                await key.WriteAsync(new string('7', 64));
            }

            await Eventually.Done(ReadUntilAsync(relayd.StandardOutput, "relayd "), "relayd to be up");
            await Eventually.Done(ReadUntilAsync(errors, "SIGHUP: reading"), "the reload");
        }
        finally
        {
            relayd.Kill();
            await relayd.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    private static async Task ReadUntilAsync(StreamReader from, string text)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal)) return;
        }

        Assert.Fail($"relayd ended without a line with \"{text}\"");
    }
}
