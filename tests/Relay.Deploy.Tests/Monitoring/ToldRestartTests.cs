using System.Net;
using System.Net.Sockets;
using Relay.Testing;

namespace Relay.Deploy.Tests.Monitoring;

/// <summary>What the alerts about a told restart count on.</summary>
public sealed class ToldRestartTests
{
    // Of the two seconds that a relay waits for a Redis which does not answer; one without clients waits for nothing else.
    private static readonly TimeSpan Seen = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task ToldRestart_ThatHangsOnRedis_CanBeScrapedUntilItsEnd()
    {
        Requires.Linux();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var meshKey = new MeshKeyFile();
        await using var relayd = await RelaydProcess.StartAsync("--mesh-key-file", meshKey.Path, "--cluster", $"redis://{silent.LocalEndpoint}");
        await relayd.SignalAsync("TERM");
        var exit = relayd.ExitAsync();
        var told = TimeProvider.System.GetTimestamp();
        long seen = 0;
        await Eventually.True(
            async () =>
            {
                if (await IsDrainingAsync(relayd)) seen = TimeProvider.System.GetTimestamp();
                return exit.IsCompleted;
            },
            "relayd to end",
            TimeSpan.FromSeconds(45));
        Assert.Equal(0, await exit);
        Assert.True(TimeProvider.System.GetElapsedTime(told) > Seen, "Redis did not make it wait: this test shows nothing");
        Assert.True(seen != 0 && TimeProvider.System.GetElapsedTime(told, seen) > Seen, "relayd went on after its admin listener was gone");
    }

    private static async Task<bool> IsDrainingAsync(RelaydProcess relayd)
    {
        try
        {
            return (await relayd.MetricsAsync()).Sum("relay_draining") == 1;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
