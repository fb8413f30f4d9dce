using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Region.Tests;

public sealed class HoppingTests(ITestOutputHelper output)
{
    private const int Clients = 30;
    private const int Hops = 60;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task HoppingClient_InAStaticMesh_HarmsNobodyAndIsFoundAtLast()
    {
        await using var region = await TestRegion.StartMeshAsync(3);
        await HopAsync(region);
        Assert.Equal(6, await region.SumAsync("relay_mesh_link_state{state=\"up\"}"));
    }

    [Fact]
    public async Task HoppingClient_ThroughRedis_HarmsNobodyAndIsFoundAtLast()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var region = await TestRegion.StartAsync(3, "--cluster", redis.Url.OriginalString);
        await Eventually.True(async () => await region.SumAsync("relay_cluster_members") == 9, "all relays to know each other");
        await HopAsync(region);

        var updates = await region.SumAsync("relay_cluster_updates_total") - Clients;
        var lookups = await region.SumAsync("relay_cluster_lookups_total");
        output.WriteLine($"{updates} changes told for {Hops} hops, {lookups} look-ups");
        Assert.True(updates <= 4 * Hops, $"{updates} changes for {Hops} hops");
        Assert.True(lookups <= (Clients * 3) + (4 * Hops), $"{lookups} look-ups for {Hops} hops");
        await Eventually.True(async () => await region.SumAsync("relay_cluster_updates_waiting") == 0, "Redis to be told of all that happened");
        Assert.True(await region.SumAsync("relay_cluster_keys_known") <= 3 * (Clients + 4));
    }

    // One client changes its relay ten times a second, sends to one and is sent to by another; all others talk meanwhile.
    private async Task HopAsync(TestRegion region)
    {
        await using var crowd = await Crowd.ConnectAsync(region, Clients, index => index % 3);
        await Eventually.True(
            async () => await region.SumAsync("relay_mesh_link_keys") >= 2 * Clients
                || (await region.SumAsync("relay_cluster_keys_here") >= Clients && await region.SumAsync("relay_cluster_updates_waiting") == 0),
            "the region to know all clients");
        using var enough = new CancellationTokenSource();
        var traffic = crowd.Members.Skip(2).Chunk(2).Select(pair => pair[0].ChatAsync(pair[1], enough.Token)).ToList();
        using var key = NodePrivateKey.Generate();
        var began = TimeProvider.System.GetTimestamp();
        using (var timer = new PeriodicTimer(Pace, TimeProvider.System))
        {
            for (var hop = 0; hop < Hops; hop++)
            {
                await using var connection = await RelayConnection.ConnectAsync(region.EndpointOf(hop % 3), region.OptionsOf(key));
                await connection.SendAsync(crowd.Members[0].Key, new byte[100]);
                await crowd.Members[1].SendToAsync(key.Public);
                await timer.WaitForNextTickAsync();
            }
        }

        var took = TimeProvider.System.GetElapsedTime(began);
        await using var last = await RelayConnection.ConnectAsync(region.EndpointOf(1), region.OptionsOf(key));
        var received = last.ReceiveAsync().AsTask();
        await Eventually.True(
            async () =>
            {
                await crowd.Members[1].SendToAsync(key.Public);
                return received.IsCompleted;
            },
            "the hopping client to be found at its last relay");
        await enough.CancelAsync();
        var packets = (await Task.WhenAll(traffic)).Sum();
        output.WriteLine($"{Hops / took.TotalSeconds:0.0} hops a second; {packets} packets of others meanwhile, none lost");
        Assert.True(packets > 0);
        await Eventually.True(async () => await region.SumAsync("relay_mesh_queue_packets") == 0, "the links' queues to be empty");
    }
}
