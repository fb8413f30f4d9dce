using System.Net.Sockets;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

public sealed class DescriptorTests
{
    private const int Files = 600;

    /// <summary>Somebody opens more connections than the relay may have files: it goes on, and takes others once they are gone.</summary>
    [Fact]
    public async Task Connections_BeyondTheDescriptors_AreRefused_AndTheRelayGoesOn()
    {
        Requires.Linux();
        await using var relayd = await RelaydProcess.StartWithFilesAsync(Files, "--tls", "self-signed");
        await using var pairs = new SteadyPairs(5);
        await pairs.StartAsync(key => ConnectAsync(relayd, key));
        var silent = new List<Socket>();
        try
        {
            for (var i = 0; i < Files + 100; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                silent.Add(socket);
                try
                {
                    await socket.ConnectAsync(relayd.RelayEndPoint);
                }
                catch (SocketException)
                {
                    // Refused before it was told that it is connected.
                }
            }

            // The operator's listener still answers, for which threads and files are needed.
            await Eventually.True(
                async () => (await relayd.MetricsAsync()).Sum("relay_connections_refused_total{reason=\"too_many\"}") > 0, "connections to be refused");
            Assert.Equal(0, (await relayd.MetricsAsync()).Sum("relay_accept_errors_total"));
        }
        finally
        {
            foreach (var socket in silent) socket.Dispose();
        }

        using var newcomer = NodePrivateKey.Generate();
        await Eventually.True(
            async () =>
            {
                try
                {
                    await (await ConnectAsync(relayd, newcomer)).DisposeAsync();
                    return true;
                }
                catch (RelayException)
                {
                    return false;
                }
            },
            "somebody new to connect");
        var sent = await pairs.EndAsync();
        Assert.Equal(sent, (await relayd.MetricsAsync()).Sum("relay_packets_sent_total"));
    }

    private static Task<RelayConnection> ConnectAsync(RelaydProcess relayd, NodePrivateKey key) =>
        RelayConnection.ConnectAsync(relayd.Endpoint, new RelayClientOptions { PrivateKey = key });
}
