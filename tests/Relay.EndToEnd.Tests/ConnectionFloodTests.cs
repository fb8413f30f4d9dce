using System.Globalization;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

public sealed class ConnectionFloodTests(ITestOutputHelper output)
{
    private const int Pairs = 20;
    private const int PerSecond = 24_000;
    private const int MostMemory = 48 * 1024 * 1024;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Few sources connect 24,000 times a second, or as often as this machine can beside all else, while clients go on: no
    /// packet is lost, answers come in time, somebody new still gets in, and each attempt is counted and forgotten.
    /// </summary>
    [Fact]
    public async Task FewSources_ConnectingAsFastAsTheyCan_HarmNobodyElse()
    {
        Requires.Linux();
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed", "--accept-per-source", "50", "--max-per-source", "100");
        await using var pairs = new SteadyPairs(Pairs);
        await pairs.StartAsync(key => ConnectAsync(relayd, key));
        using var pinging = new Pinging(relayd.Endpoint);
        var calm = await pinging.RunAsync(Length / 4);
        var before = relayd.ResidentBytes;
        var cpu = relayd.CpuTime;

        await using var flood = ConnectionFlood.Start(relayd.RelayEndPoint, PerSecond);
        var flooded = await pinging.RunAsync(Length);
        using var key = NodePrivateKey.Generate();
        await using (await Eventually.Done(ConnectAsync(relayd, key), "somebody new to connect"))
        {
            await flood.EndAsync();
        }

        cpu = relayd.CpuTime - cpu;
        var sent = await pairs.EndAsync();
        await Eventually.True(async () => (await relayd.MetricsAsync()).Sum("relay_connections") <= 2 * Pairs + 1, "only the clients to be left");
        var metrics = await relayd.MetricsAsync();
        var refused = metrics.Sum("relay_connections_refused_total");
        var grown = relayd.ResidentBytes - before;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{flood.PerSecond:0} attempts a second for {Length.TotalSeconds:0} s, {refused:0} refused; relayd used {cpu.TotalSeconds:0.00} s of CPU in all and {grown / 1024.0 / 1024:0.0} MB more; {sent} packets, none lost; round trips before: {calm}; meanwhile: {flooded}"));
        Assert.Equal(refused, metrics.Sum("relay_connections_refused_total{reason=\"too_fast_from_source\"}") + metrics.Sum("relay_connections_refused_total{reason=\"too_many_from_source\"}"));
        Assert.InRange(refused, flood.Attempts / 2, flood.Attempts);
        Assert.Equal(sent, metrics.Sum("relay_packets_sent_total"));
        Assert.InRange(grown, long.MinValue, MostMemory);
        Assert.True(flooded.Longest < TimeSpan.FromSeconds(1), $"an answer took {flooded.Longest}");
    }

    private static Task<RelayConnection> ConnectAsync(RelaydProcess relayd, NodePrivateKey key) =>
        RelayConnection.ConnectAsync(relayd.Endpoint, new RelayClientOptions { PrivateKey = key });
}
