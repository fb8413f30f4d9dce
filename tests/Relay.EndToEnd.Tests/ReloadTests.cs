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
        var certificate = LoopbackCertificate.Make();
        certificate.Write(settings.Folder, "127.0.0.1");
        await using var relayd = await RelaydProcess.StartAsync(
            "--tls", "files", "--cert-dir", settings.Folder, "--admit", $"file:{list.Path}", "--config", settings.Path);
        await using var pair = await ConnectPairAsync(relayd, list, certificate.Pin);
        var running = pair.RunAsync(10_000, 1);
        for (var change = 2; change <= 5; change++)
        {
            using var another = NodePrivateKey.Generate();
            list.Add(another.Public);
            settings.WriteRate(1_000_000_000L + change);
            var old = certificate.Pin;
            certificate = LoopbackCertificate.Make();
            certificate.Write(settings.Folder, "127.0.0.1");
            await list.ReloadAsync(relayd);
            await using var fresh = await ConnectAsync(relayd, another, certificate.Pin);
            await Assert.ThrowsAsync<RelayException>(() => ConnectAsync(relayd, another, old));
        }

        await running;
        var metrics = await relayd.MetricsAsync();
        Assert.Equal(20_000, metrics.Sum("relay_packets_received_total"));
        Assert.Equal(20_000, metrics.Sum("relay_packets_sent_total"));
        await Eventually.True(
            async () => (await relayd.MetricsAsync()).Sum("relay_sessions_closed_total") == 4, "the four fresh connections, and none of the pair, to be over");
        Assert.DoesNotContain("refused and the old one kept", relayd.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("not good", relayd.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyTakenOffTheList_IsDisconnectedWithoutASignal()
    {
        using var list = new AdmissionListFile();
        using var key = NodePrivateKey.Generate();
        list.Add(key.Public);
        await using var relayd = await RelaydProcess.StartAsync("--admit", $"file:{list.Path}");
        await using var client = await ConnectAsync(relayd, key, relayd.Pin);
        list.Remove(key.Public);
        var ended = Task.Run(async () =>
        {
            while (true) await client.ReceiveAsync();
        });
        await Assert.ThrowsAsync<RelayException>(() => Eventually.Done(ended, "the client to be disconnected"));
        Assert.Equal(1, (await relayd.MetricsAsync()).Sum("relay_sessions_closed_total{reason=\"admission_over\"}"));
    }

    private static Task<PairTraffic> ConnectPairAsync(RelaydProcess relayd, AdmissionListFile list, string pin) => PairTraffic.ConnectAsync(async key =>
    {
        list.Add(key.Public);
        await list.ReloadAsync(relayd);
        return await ConnectAsync(relayd, key, pin);
    });

    private static Task<RelayConnection> ConnectAsync(RelaydProcess relayd, NodePrivateKey key, string? pin) =>
        RelayConnection.ConnectAsync(RelayEndpoint.FromUrl(relayd.Url, pin), new RelayClientOptions { PrivateKey = key });

    private sealed class SettingsFile : IDisposable
    {
        public SettingsFile() => WriteRate(1_000_000_000);

        public string Folder { get; } = Directory.CreateTempSubdirectory("relay-settings-").FullName;

        public string Path => System.IO.Path.Combine(Folder, "relayd.json");

        public void WriteRate(long rate) => File.WriteAllText(Path, $"{{ \"rate\": {rate} }}");

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
