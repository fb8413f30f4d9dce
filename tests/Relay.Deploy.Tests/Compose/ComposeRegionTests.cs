using System.Text;
using Relay.Client;
using Relay.Deploy.Tests.Monitoring;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Deploy.Tests.Compose;

/// <summary>The three relays of <c>deploy/compose/region.yaml</c> are a region, and Prometheus sees all of it.</summary>
public sealed class ComposeRegionTests
{
    [Fact]
    public async Task Mesh_CarriesPacketsFromRelayToRelay()
    {
        using var project = await ComposeProject.ReadAsync(EnvExamples.Mesh);
        await using var relays = await ComposeRelays.StartAsync(project, redis: null);
        await Eventually.True(async () => await relays.SumAsync("relay_mesh_link_state{state=\"up\"}") == 6, "all links to be up", TimeSpan.FromSeconds(30));
        await CrossAsync(relays);
    }

    [Fact]
    public async Task Redis_CarriesPacketsFromRelayToRelay()
    {
        await using var redis = await RedisServer.StartAsync();
        using var project = await ComposeProject.ReadAsync(EnvExamples.Redis);
        await using var relays = await ComposeRelays.StartAsync(project, redis.Url);
        await Eventually.True(async () => await relays.SumAsync("relay_cluster_members") == 9, "all relays to know each other", TimeSpan.FromSeconds(30));
        await CrossAsync(relays);
    }

    // A client on each, in a ring.
    private static async Task CrossAsync(ComposeRelays relays)
    {
        await using var prometheus = await PrometheusProcess.StartAsync(relays.Admin);
        var keys = relays.All.Select(_ => NodePrivateKey.Generate()).ToList();
        var clients = keys.Select((key, i) => new RelayClient(relays.EndpointOf(i), new RelayClientOptions { PrivateKey = key })).ToList();
        try
        {
            foreach (var client in clients) await Eventually.Done(client.ConnectAsync(), "a client to connect");
            for (var i = 0; i < clients.Count; i++)
            {
                var next = (i + 1) % clients.Count;
                await DeliverAsync(clients[i], clients[next], keys[next].Public);
            }

            var crossed = await relays.SumAsync("relay_forwarded_in_packets_total");
            Assert.True(crossed >= clients.Count, "the packets did not cross");
            Assert.True(await relays.SumAsync("relay_mesh_forwarded_in_packets_total") >= crossed, "a link does not know what came from its relay");
            await Eventually.True(
                async () => (await prometheus.QueryAsync("count by (node) (relay_mesh_link_state{state=\"up\"} == 1)")).Count == 3,
                "Prometheus to see a link of each relay",
                TimeSpan.FromSeconds(30));
        }
        finally
        {
            foreach (var client in clients) await client.DisposeAsync();
            foreach (var key in keys) key.Dispose();
        }
    }

    // The first packets may come before the other relay has told of its client.
    private static async Task DeliverAsync(RelayClient from, RelayClient to, NodeKey key)
    {
        var received = ReceivePacketAsync(to);
        await Eventually.True(
            async () =>
            {
                await from.SendAsync(key, "hello"u8.ToArray());
                return received.IsCompleted;
            },
            "a packet to cross");
        Assert.Equal("hello", Encoding.UTF8.GetString((await received).Payload.Span));
    }

    private static async Task<RelayMessage> ReceivePacketAsync(RelayClient client)
    {
        while (true)
        {
            var message = await client.ReceiveAsync();
            if (message.Kind == RelayMessageKind.Packet) return message;
        }
    }
}
