using System.Net.Security;
using System.Net.Sockets;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

public sealed class TrafficTests
{
    private const int Pairs = 10;
    private const int Packets = 100_000;

    /// <summary>Ten pairs over all three transports at once, through one relay with TLS, as one process of its own.</summary>
    [Fact]
    public async Task HundredThousandPackets_ArriveInOrderAndUnchanged()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        var pairs = new List<PairTraffic>();
        var transports = new List<(RelayTransport Transport, bool FastStarted)>();
        for (var i = 0; i < Pairs; i++)
        {
            Func<NodePrivateKey, Task<RelayConnection>> connect = (i % 3) switch
            {
                0 => key => RelayConnection.ConnectAsync(relayd.Endpoint, Options(key, RelayTransport.Raw)),
                1 => key => ConnectSlowlyAsync(relayd, key),
                _ => key => RelayConnection.ConnectAsync(relayd.Endpoint, Options(key, RelayTransport.WebSocket)),
            };
            pairs.Add(await PairTraffic.ConnectAsync(async key =>
            {
                var connection = await connect(key);
                lock (transports) transports.Add((connection.Transport, connection.FastStarted));
                return connection;
            }));
        }

        Assert.Equal(3, transports.Distinct().Count());
        await Task.WhenAll(pairs.Select((pair, i) => pair.RunAsync(Packets / Pairs / 2, 100 * i)));

        foreach (var pair in pairs) await pair.DisposeAsync();
        var metrics = await relayd.MetricsAsync();
        Assert.Equal(Packets, metrics.Sum("relay_packets_received_total"));
        Assert.Equal(Packets, metrics.Sum("relay_packets_sent_total"));
        Assert.Equal(0, metrics.Sum("relay_packets_dropped_total"));
    }

    [Fact]
    public async Task FrozenReceiver_LeavesTheOthersUnharmed()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        await using var pair = await PairTraffic.ConnectAsync(key => RelayConnection.ConnectAsync(relayd.Endpoint, Options(key, RelayTransport.Raw)));
        using var frozenKey = NodePrivateKey.Generate();
        using var floodKey = NodePrivateKey.Generate();
        await using var frozen = await RelayConnection.ConnectAsync(relayd.Endpoint, Options(frozenKey, RelayTransport.Raw));
        await using var flooder = await RelayConnection.ConnectAsync(relayd.Endpoint, Options(floodKey, RelayTransport.Raw));

        using var enough = new CancellationTokenSource();
        var flood = Task.Run(async () =>
        {
            var packet = new byte[1280];
            while (!enough.IsCancellationRequested) await flooder.SendAsync(frozenKey.Public, packet);
        });
        await Eventually.True(async () => (await relayd.MetricsAsync()).Sum("relay_packets_dropped_total") > 1000, "the frozen receiver's queue to overflow");
        await pair.RunAsync(5_000, 1);

        await Eventually.True(
            async () => (await relayd.MetricsAsync()).Sum("relay_sessions_closed_total{reason=\"write_timeout\"}") == 1, "the frozen receiver to be closed");
        await enough.CancelAsync();
        await Eventually.Done(flood, "the flood to end");
        await pair.RunAsync(1_000, 2);
    }

    private static RelayClientOptions Options(NodePrivateKey key, RelayTransport transport) => new() { PrivateKey = key, Transport = transport };

    // A stream of one's own has no meta certificate to look at: a full HTTP upgrade inside TLS.
    private static async Task<RelayConnection> ConnectSlowlyAsync(RelaydProcess relayd, NodePrivateKey key)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(relayd.RelayEndPoint);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true });
        return await RelayConnection.ConnectOverAsync(tls, RelayEndpoint.FromUrl($"http://{relayd.RelayEndPoint}"), Options(key, RelayTransport.Raw));
    }
}
