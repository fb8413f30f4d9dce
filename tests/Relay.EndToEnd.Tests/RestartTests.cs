using Relay.Testing;

namespace Relay.EndToEnd.Tests;

public sealed class RestartTests
{
    private const int Clients = 20;

    // What a busy machine may add; never the other way round, but for the notice's own way to the client.
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(3), Early = TimeSpan.FromMilliseconds(300);

    /// <summary>Clients that do not heed the notice are served until their time to come back is over, and two seconds more, and not longer.</summary>
    [Fact]
    public async Task ClientThatDoesNotHeedTheNotice_InARegion_IsCutAtItsOwnTime()
    {
        Requires.Linux();
        using var folder = new SettingsFile();
        var meshKey = Path.Combine(folder.Folder, "mesh.key");
        await File.WriteAllTextAsync(meshKey, new string('5', 64));
        var clients = await RestartAsync("--mesh-key-file", meshKey, "--mesh-with", $"127.0.0.1:{FreePort.Tcp()}");
        foreach (var client in clients)
        {
            var due = client.ReconnectIn + TimeSpan.FromSeconds(2);
            Assert.InRange(client.StayedFor, due - Early, due + Late);
        }

        Assert.True(clients.Max(client => client.StayedFor) - clients.Min(client => client.StayedFor) > TimeSpan.FromSeconds(1), "all were cut at once");
    }

    /// <summary>Where there is nowhere to go, nobody is kept for longer than it takes to read the notice: so the restart is short.</summary>
    [Fact]
    public async Task ClientThatDoesNotHeedTheNotice_OfALoneRelay_IsCutAfterASecond()
    {
        Requires.Linux();
        foreach (var client in await RestartAsync()) Assert.InRange(client.StayedFor, TimeSpan.FromSeconds(1) - Early, TimeSpan.FromSeconds(1) + Late);
    }

    private static async Task<List<StubbornClient>> RestartAsync(params string[] flags)
    {
        await using var relayd = await RelaydProcess.StartAsync(flags);
        var clients = Enumerable.Range(0, Clients).Select(_ => new StubbornClient()).ToList();
        var connected = new List<Task>();
        foreach (var client in clients) connected.Add(await client.StartAsync(relayd));
        await relayd.SignalAsync("TERM");
        await Eventually.Done(Task.WhenAll(connected), "all connections to end", TimeSpan.FromSeconds(30));
        Assert.Equal(0, await relayd.ExitAsync());
        foreach (var client in clients)
        {
            client.Dispose();
            Assert.Equal(1, client.Told);
            Assert.InRange(client.UnansweredAtTheEnd, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }

        return clients;
    }
}
