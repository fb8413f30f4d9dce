using Relay.Testing;

namespace Relay.EndToEnd.Tests;

public sealed class RestartTests
{
    private const int Clients = 20;

    // What a busy machine may add. Nobody is cut early, counted from before the relay knew of its restart.
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(3);

    /// <summary>Clients that do not heed the notice are served until their time to come back is over, and two seconds more, and not longer.</summary>
    [Fact]
    public async Task ClientThatDoesNotHeedTheNotice_InARegion_IsCutAtItsOwnTime()
    {
        Requires.Linux();
        using var folder = new SettingsFile();
        var meshKey = Path.Combine(folder.Folder, "mesh.key");
        await File.WriteAllTextAsync(meshKey, new string('5', 64));
        var (clients, began) = await RestartAsync("--mesh-key-file", meshKey, "--mesh-with", $"127.0.0.1:{FreePort.Tcp()}");
        foreach (var client in clients) AssertCut(client, began, client.ReconnectIn + TimeSpan.FromSeconds(2));
        Assert.True(clients.Max(client => client.StayedFor(began)) - clients.Min(client => client.StayedFor(began)) > TimeSpan.FromSeconds(1), "all were cut at once");
    }

    /// <summary>Where there is nowhere to go, nobody is kept for longer than it takes to read the notice: so the restart is short.</summary>
    [Fact]
    public async Task ClientThatDoesNotHeedTheNotice_OfALoneRelay_IsCutAfterASecond()
    {
        Requires.Linux();
        var (clients, began) = await RestartAsync();
        foreach (var client in clients) AssertCut(client, began, TimeSpan.FromSeconds(1));
    }

    private static void AssertCut(StubbornClient client, long began, TimeSpan due)
    {
        Assert.True(client.StayedFor(began) >= due, $"cut after {client.StayedFor(began)} instead of {due}");
        Assert.True(client.StayedFor(client.ToldAt) <= due + Late, $"cut only after {client.StayedFor(client.ToldAt)} instead of {due}");
    }

    private static async Task<(List<StubbornClient> Clients, long Began)> RestartAsync(params string[] flags)
    {
        await using var relayd = await RelaydProcess.StartAsync(flags);
        var clients = Enumerable.Range(0, Clients).Select(_ => new StubbornClient()).ToList();
        var connected = new List<Task>();
        foreach (var client in clients) connected.Add(await client.StartAsync(relayd));
        var began = TimeProvider.System.GetTimestamp();
        await relayd.SignalAsync("TERM");
        await Eventually.Done(Task.WhenAll(connected), "all connections to end", TimeSpan.FromSeconds(30));
        Assert.Equal(0, await relayd.ExitAsync());
        foreach (var client in clients)
        {
            client.Dispose();
            Assert.Equal(1, client.Told);
            Assert.InRange(client.UnansweredAtTheEnd, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }

        return (clients, began);
    }
}
