using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

public sealed class ReloadTests
{
    [Fact]
    public async Task HangUp_UnderTraffic_LosesNothing()
    {
        Requires.Linux();
        using var list = new AdmissionListFile();
        using var settings = new SettingsFile();
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed", "--admit", $"file:{list.Path}", "--config", settings.Path);
        await using var pair = await ConnectPairAsync(relayd, list);
        var running = pair.RunAsync(10_000, 1);
        for (var change = 2; change <= 5; change++)
        {
            using var another = NodePrivateKey.Generate();
            list.Add(another.Public);
            settings.WriteRate(1_000_000_000L + change);
            await list.ReloadAsync(relayd);
        }

        await running;
        var metrics = await relayd.MetricsAsync();
        Assert.Equal(20_000, metrics.Sum("relay_packets_received_total"));
        Assert.Equal(20_000, metrics.Sum("relay_packets_sent_total"));
        Assert.Equal(0, metrics.Sum("relay_sessions_closed_total"));
        Assert.DoesNotContain("not good", relayd.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyTakenOffTheList_IsDisconnectedWithoutASignal()
    {
        using var list = new AdmissionListFile();
        using var key = NodePrivateKey.Generate();
        list.Add(key.Public);
        await using var relayd = await RelaydProcess.StartAsync("--admit", $"file:{list.Path}");
        await using var client = await RelayConnection.ConnectAsync(relayd.Endpoint, new RelayClientOptions { PrivateKey = key });
        list.Remove(key.Public);
        var ended = Task.Run(async () =>
        {
            while (true) await client.ReceiveAsync();
        });
        await Assert.ThrowsAsync<RelayException>(() => Eventually.Done(ended, "the client to be disconnected"));
        Assert.Equal(1, (await relayd.MetricsAsync()).Sum("relay_sessions_closed_total{reason=\"admission_over\"}"));
    }

    private static Task<PairTraffic> ConnectPairAsync(RelaydProcess relayd, AdmissionListFile list) => PairTraffic.ConnectAsync(async key =>
    {
        list.Add(key.Public);
        await list.ReloadAsync(relayd);
        return await RelayConnection.ConnectAsync(relayd.Endpoint, new RelayClientOptions { PrivateKey = key });
    });

    private sealed class SettingsFile : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("relay-settings-").FullName;

        public SettingsFile() => WriteRate(1_000_000_000);

        public string Path => System.IO.Path.Combine(_folder, "relayd.json");

        public void WriteRate(long rate) => File.WriteAllText(Path, $"{{ \"rate\": {rate} }}");

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
