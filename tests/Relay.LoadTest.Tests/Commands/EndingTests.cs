using System.Diagnostics;
using System.Globalization;
using Relay.Testing;

namespace Relay.LoadTest.Tests.Commands;

/// <summary>Runs that end before their time.</summary>
public sealed class EndingTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Signal_EndsTheRun_AndTheRelayThatItStarted(string signal)
    {
        using var load = Launch([], "throughput", "--start-server", RelaydProcess.Program, "--seconds", "600");
        var relayd = 0;
        try
        {
            await Eventually.True(async () => (relayd = await ChildOf(load.Id)) != 0, "a relayd to be started", Soon);
            await Tool.RunAsync(Requires.Tool("kill"), $"-{signal}", Text(load.Id));
            await Eventually.Done(load.WaitForExitAsync(), "relay-load to end", Soon);

            Assert.Equal((1, ""), (load.ExitCode, await load.StandardOutput.ReadToEndAsync()));
            Assert.Equal("relay-load: stopped before there was a result\n", await load.StandardError.ReadToEndAsync());
            Assert.False(Directory.Exists($"/proc/{relayd}"), "relayd is still there");
        }
        finally
        {
            load.Kill();
            if (relayd != 0) await Tool.RunAsync(Requires.Tool("kill"), "-KILL", Text(relayd));
        }
    }

    [Theory]
    [InlineData("throughput --pairs 1", 1)]
    [InlineData("connect", 69)]
    public async Task RelayThatDies_EndsTheRunAtOnce(string scenario, int exit)
    {
        await using var relayd = await RelaydProcess.StartAsync();
        var run = Run.LoadAsync([.. scenario.Split(' '), "--url", relayd.Url, "--seconds", "600"]);
        await Eventually.True(async () => (await relayd.MetricsAsync()).Sum("relay_connections_accepted_total") >= 2, "clients to connect");
        relayd.Kill();

        await Eventually.Done(run, "relay-load to end", Soon);
        (await run).AssertFails(exit);
    }

    [Fact]
    public async Task HaproxyThatIsNotInstalled_IsNamed_AndNothingIsLeftBehind()
    {
        await using var relayd = await RelaydProcess.StartAsync();
        var folder = Directory.CreateTempSubdirectory("relay-load-tests-");
        try
        {
            using var load = Launch(["PATH=/nonexistent", $"TMPDIR={folder.FullName}"], "compare", "--against", "haproxy", "--url", relayd.Url);
            await Eventually.Done(load.WaitForExitAsync(), "relay-load to end", Soon);

            Assert.Equal(69, load.ExitCode);
            Assert.StartsWith("relay-load: haproxy: cannot be started", await load.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
            Assert.Empty(folder.GetDirectories("relay-load-*"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Process Launch(string[] environment, params string[] args)
    {
        Requires.Linux();

        // What runs in the background of a script ignores SIGINT, and so would everything that it starts.
        return Process.Start(new ProcessStartInfo(
            Requires.Tool("env"), ["--default-signal=INT", .. environment, Requires.Tool("dotnet"), Path.Combine(AppContext.BaseDirectory, "relay-load.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static async Task<int> ChildOf(int process)
    {
        var (_, found) = await Tool.RunAsync(Requires.Tool("pgrep"), "-P", Text(process));
        return int.TryParse(found.Split('\n')[0], CultureInfo.InvariantCulture, out var child) ? child : 0;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
