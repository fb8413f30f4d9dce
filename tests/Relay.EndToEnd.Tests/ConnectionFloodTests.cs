using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Relay.Client;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

public sealed class ConnectionFloodTests(ITestOutputHelper output)
{
    private const int MostAttempts = 40_000;
    private const int Sources = 4;

    /// <summary>Few sources connect as fast as they can, while a pair of clients goes on.</summary>
    [Fact]
    public async Task FewSources_ConnectingAsFastAsTheyCan_HarmNobodyElse()
    {
        Requires.Linux();
        await using var relayd = await RelaydProcess.StartAsync(
            "--tls", "self-signed", "--accept-per-source", "20", "--max-per-source", "100");
        await using var pair = await PairTraffic.ConnectAsync(
            key => RelayConnection.ConnectAsync(relayd.Endpoint, new RelayClientOptions { PrivateKey = key }));
        await pair.RunAsync(1_000, 1);

        using var enough = new CancellationTokenSource();
        var started = TimeProvider.System.GetTimestamp();
        var flood = Enumerable.Range(2, Sources).Select(host => Task.Run(() => Flood($"127.0.0.{host}", relayd.RelayEndPoint, enough.Token))).ToList();
        await pair.RunAsync(5_000, 2);
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        await enough.CancelAsync();
        var attempts = (await Eventually.Done(Task.WhenAll(flood), "the flood to end")).Sum();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{attempts} attempts in {seconds:0.0} s"));

        var metrics = await relayd.MetricsAsync();
        var refused = metrics.Sum("relay_connections_refused_total{reason=\"too_fast_from_source\"}") + metrics.Sum("relay_connections_refused_total{reason=\"too_many_from_source\"}");
        Assert.InRange(refused, 1, attempts);
        Assert.Equal(0, metrics.Sum("relay_sessions_closed_total"));
        await pair.RunAsync(1_000, 3);
    }

    private static int Flood(string source, IPEndPoint relay, CancellationToken enough)
    {
        var attempts = 0;
        for (; attempts < MostAttempts / Sources && !enough.IsCancellationRequested; attempts++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
                socket.Connect(relay);
            }
            catch (SocketException)
            {
                // Refused, or out of ports: an attempt all the same.
            }
        }

        return attempts;
    }
}
