using System.Text.RegularExpressions;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>What an operator changes while the relay runs, under the traffic of 200 pairs.</summary>
public sealed class ReloadTests
{
    private const int Pairs = 200;

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    public async Task CertificateListAndRates_ChangedUnderTraffic_LoseNothing(bool signalled, int changes)
    {
        Requires.Linux();
        using var list = new AdmissionListFile();
        using var settings = new SettingsFile();
        var certificate = LoopbackCertificate.Make();
        certificate.Write(settings.Folder, "127.0.0.1");
        await using var pairs = new SteadyPairs(Pairs);
        list.Add(pairs.Keys);
        await using var relayd = await RelaydProcess.StartAsync(
            "--tls", "files", "--cert-dir", settings.Folder, "--admit", $"file:{list.Path}", "--config", settings.Path);
        await pairs.StartAsync(key => ConnectAsync(relayd, key, certificate.Pin));
        for (var change = 1; change <= changes; change++)
        {
            using var newcomer = NodePrivateKey.Generate();
            settings.WriteRate(SettingsFile.FirstRate + change);
            var old = certificate.Pin;
            certificate = LoopbackCertificate.Make();
            certificate.Write(settings.Folder, "127.0.0.1");
            await ChangeAsync(() => list.Add(newcomer.Public));
            await Eventually.True(
                () => Regex.Count(relayd.Errors, "New connections get the new certificate") == change, "the new certificate to be served");
            await Assert.ThrowsAsync<RelayException>(() => ConnectAsync(relayd, newcomer, old));
            await using var fresh = await ConnectAsync(relayd, newcomer, certificate.Pin);
            Assert.Equal(SettingsFile.FirstRate + (signalled ? change : 0), fresh.ServerInfo.TokenBucketBytesPerSecond);
            await ChangeAsync(() => list.Remove(newcomer.Public));
            await DisconnectedAsync(fresh, relayd, change);
        }

        var sent = await pairs.EndAsync();
        var metrics = await relayd.MetricsAsync();
        Assert.Equal(sent, metrics.Sum("relay_packets_received_total"));
        Assert.Equal(sent, metrics.Sum("relay_packets_sent_total"));
        Assert.Equal(2 * Pairs, metrics.Sum("relay_clients"));
        Assert.Equal(changes, metrics.Sum("relay_sessions_closed_total"));
        Assert.DoesNotContain("refused and the old one kept", relayd.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("not good", relayd.Errors, StringComparison.Ordinal);

        Task ChangeAsync(Action change)
        {
            change();
            return signalled ? list.ReloadAsync(relayd) : list.InForceAsync(relayd);
        }
    }

    [Fact]
    public async Task RateOfTheNetwork_LoweredAndRaisedUnderTraffic_HoldsAllBackAndLosesNothing()
    {
        Requires.Linux();
        using var list = new AdmissionListFile();
        using var settings = new SettingsFile();
        await using var pairs = new SteadyPairs(Pairs);
        list.Add(pairs.Keys);
        await using var relayd = await RelaydProcess.StartAsync("--admit", $"file:{list.Path}", "--config", settings.Path);
        await pairs.StartAsync(key => ConnectAsync(relayd, key, null));

        // So little that all would wait for minutes.
        list.Rate = "1kB";
        list.Write();
        settings.WriteRate(500_000_000);
        await relayd.SignalAsync("HUP");
        await Eventually.True(async () => (await relayd.MetricsAsync()).Sum("relay_rate_limited_clients") == 2 * Pairs, "all to be held back");
        list.Rate = "1Gbit";
        list.Write();
        var raised = TimeProvider.System.GetTimestamp();
        await relayd.SignalAsync("HUP");
        await Eventually.True(async () => (await relayd.MetricsAsync()).Sum("relay_rate_limited_clients") == 0, "nobody to be held back any more");
        Assert.InRange(TimeProvider.System.GetElapsedTime(raised).TotalSeconds, 0, 5);

        var sent = await pairs.EndAsync();
        var metrics = await relayd.MetricsAsync();
        Assert.Equal(sent, metrics.Sum("relay_packets_sent_total"));
        Assert.Equal(0, metrics.Sum("relay_sessions_closed_total"));
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
        await DisconnectedAsync(client, relayd, 1);
    }

    // So many are disconnected by now, this one the last. A client may see it before the relay has counted it.
    private static async Task DisconnectedAsync(RelayConnection client, RelaydProcess relayd, int count)
    {
        var ended = Task.Run(async () =>
        {
            while (true) await client.ReceiveAsync();
        });
        await Assert.ThrowsAsync<RelayException>(() => Eventually.Done(ended, "the client to be disconnected"));
        await Eventually.True(
            async () => (await relayd.MetricsAsync()).Sum("relay_sessions_closed_total{reason=\"admission_over\"}") == count, "the end of its admission to be counted");
    }

    private static Task<RelayConnection> ConnectAsync(RelaydProcess relayd, NodePrivateKey key, string? pin) =>
        RelayConnection.ConnectAsync(RelayEndpoint.FromUrl(relayd.Url, pin), new RelayClientOptions { PrivateKey = key });
}
