using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Region.Tests;

public sealed class ClusterTests(ITestOutputHelper output)
{
    private const int Clients = 90;

    /// <summary>Nobody is told of the others: each first packet finds its way through Redis, and none is lost.</summary>
    [Fact]
    public async Task AllToAll_ThroughRedis_LosesNothing()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var region = await StartAsync(redis);
        await using var crowd = await Crowd.ConnectAsync(region, Clients, index => index % 3);
        await WrittenAsync(region, Clients);

        await crowd.AllToAllAsync();
        Assert.All(crowd.Members, member => Assert.Equal(Clients - 1, member.Received));
        const long Crossing = Clients * (Clients - Clients / 3);
        Assert.Equal(Crossing, await region.SumAsync("relay_mesh_forwarded_out_packets_total"));
        Assert.Equal(Crossing, await region.SumAsync("relay_mesh_forwarded_in_packets_total"));
        Assert.Equal(0, await region.SumAsync("relay_packets_dropped_total") + await region.SumAsync("relay_mesh_dropped_packets_total"));
        Assert.Equal(6, await region.SumAsync("relay_mesh_link_state{state=\"up\"}"));
        output.WriteLine($"{await region.SumAsync("relay_cluster_lookups_total")} look-ups for {Crossing} packets between relays");
    }

    /// <summary>Redis dies, comes back empty, and is flushed: known routes go on, the state is shown, and all is found again within seconds.</summary>
    [Fact]
    public async Task RedisGoneAndBackEmpty_KnownRoutesGoOnAndAllIsRebuilt()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var region = await StartAsync(redis);
        await using var crowd = await Crowd.ConnectAsync(region, 30, index => index % 3);
        await WrittenAsync(region, 30);
        await crowd.AllToAllAsync();

        await redis.KillAsync();
        await Eventually.True(async () => await region.SumAsync("relay_cluster_reachable") == 0, "all relays to notice");
        Assert.Contains("redis", (await region[0].ReadyAsync()).Text, StringComparison.OrdinalIgnoreCase);
        await crowd.AllToAllAsync();
        Assert.Equal(0, await region.SumAsync("relay_packets_dropped_total"));

        // Somebody new, unknown to anybody else while Redis is away; local traffic works at once.
        using var key = NodePrivateKey.Generate();
        await using var stranger = await RelayConnection.ConnectAsync(region.EndpointOf(0), region.OptionsOf(key));
        var received = stranger.ReceiveAsync().AsTask();
        await crowd.Members[0].SendToAsync(key.Public);
        await Eventually.Done(received, "a packet from a client of the same relay");

        await redis.RestartAsync();
        await Eventually.True(async () => await region.SumAsync("relay_cluster_reachable") == 3, "all relays to be back");
        await FoundAsync(crowd.Members[1], stranger, key.Public);

        await redis.CommandAsync("FLUSHALL");
        await WrittenAgainAsync(region, 31);
        await region.KillAsync(2);
        await region.RestartAsync(2);
        using var late = NodePrivateKey.Generate();
        await using var newcomer = await RelayConnection.ConnectAsync(region.EndpointOf(2), region.OptionsOf(late));
        var found = stranger.ReceiveAsync().AsTask();
        await Eventually.True(
            async () =>
            {
                await newcomer.SendAsync(key.Public, new byte[100]);
                return found.IsCompleted;
            },
            "a relay that knows nobody to find one whom the flushed Redis was told again");
    }

    /// <summary>Redis takes two seconds for an answer: known routes do not notice, and the first packet to somebody still arrives.</summary>
    [Fact]
    public async Task SlowRedis_DelaysNobodyWhoIsKnown()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var region = await StartAsync(redis);
        await using var crowd = await Crowd.ConnectAsync(region, 12, index => index % 3);
        await WrittenAsync(region, 12);
        await crowd.AllToAllAsync();
        using var key = NodePrivateKey.Generate();
        await using var stranger = await RelayConnection.ConnectAsync(region.EndpointOf(0), region.OptionsOf(key));
        await WrittenAsync(region, 13);

        await redis.CommandAsync("CLIENT PAUSE 2000");
        var since = TimeProvider.System.GetTimestamp();
        var received = stranger.ReceiveAsync().AsTask();
        await crowd.Members[1].SendToAsync(key.Public);
        await crowd.AllToAllAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(1.8), $"known routes took {TimeProvider.System.GetElapsedTime(since).TotalSeconds:0.0} s");
        await Eventually.Done(received, "the first packet to somebody, which Redis holds up");
    }

    /// <summary>A killed relay's clients come back elsewhere, and everybody finds them there.</summary>
    [Fact]
    public async Task KilledRelay_ItsClientsAreFoundElsewhere()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var region = await StartAsync(redis);
        await using var crowd = await Crowd.ConnectAsync(region, 30, index => index % 3);
        await WrittenAsync(region, 30);
        await crowd.AllToAllAsync();

        var killed = TimeProvider.System.GetTimestamp();
        await region.KillAsync(2);
        var hit = crowd.Members.Where(member => member.Relay == 2).ToList();
        await Eventually.True(() => hit.All(member => member.ConnectedAt > killed), "its clients to be back");
        await WrittenAsync(region, 30);
        await crowd.AllToAllAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(killed) < TimeSpan.FromSeconds(15));
    }

    private static async Task<TestRegion> StartAsync(RedisServer redis)
    {
        var region = await TestRegion.StartAsync(3, "--cluster", redis.Url.OriginalString);
        await Eventually.True(async () => await region.SumAsync("relay_cluster_members") == 9, "all relays to know each other");
        return region;
    }

    // Everybody who is connected stands in Redis.
    private static Task WrittenAsync(TestRegion region, int keys) => Eventually.True(
        async () => await region.SumAsync("relay_cluster_keys_here") >= keys && await region.SumAsync("relay_cluster_updates_waiting") == 0,
        "Redis to be told of all clients");

    private static async Task WrittenAgainAsync(TestRegion region, int keys)
    {
        var before = await region.SumAsync("relay_cluster_rebuilds_total");
        await Eventually.True(async () => await region.SumAsync("relay_cluster_rebuilds_total") >= before + 3, "all relays to see that Redis forgot", TimeSpan.FromSeconds(10));
        await WrittenAsync(region, keys);
    }

    private static async Task FoundAsync(Crowd.Member from, RelayConnection to, NodeKey key)
    {
        var received = to.ReceiveAsync().AsTask();
        await Eventually.True(
            async () =>
            {
                await from.SendToAsync(key);
                return received.IsCompleted;
            },
            "the new client to be found",
            TimeSpan.FromSeconds(10));
    }
}
