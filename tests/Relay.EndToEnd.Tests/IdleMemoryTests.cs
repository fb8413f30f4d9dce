using System.Globalization;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

public sealed class IdleMemoryTests(ITestOutputHelper output)
{
    private const int Clients = 1_000;

    /// <summary>What an idle client costs in RAM, TLS and all: the figure in docs/decisions.md. The bound is twice what was measured.</summary>
    [Fact]
    public async Task IdleTlsClient_CostsFewBytes()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        var connections = new List<RelayConnection>();
        try
        {
            // The first hundred pay for code, pools and the thread pool.
            await ConnectAsync(relayd, connections, 100);
            var before = relayd.ResidentBytes;
            await ConnectAsync(relayd, connections, Clients);
            await Eventually.True(
                async () => (await relayd.MetricsAsync()).Sum("relay_clients") == Clients + 100, "all clients to be connected");
            var each = (relayd.ResidentBytes - before) / Clients;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{each} resident bytes for each idle TLS client"));
            Assert.InRange(each, 0, 120_000);
        }
        finally
        {
            foreach (var connection in connections) await connection.DisposeAsync();
        }
    }

    private static async Task ConnectAsync(RelaydProcess relayd, List<RelayConnection> connections, int count)
    {
        for (var i = 0; i < count; i++)
            connections.Add(await RelayConnection.ConnectAsync(relayd.Endpoint, new RelayClientOptions { PrivateKey = NodePrivateKey.Generate() }));
    }
}
