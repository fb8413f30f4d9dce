using Relay.Client;
using Relay.Protocol.Frames;
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
        await using var region = await TestRegion.StartClusterAsync(3, redis.Url.OriginalString);
        await using var crowd = await Crowd.ConnectAsync(region, Clients, index => index % 3);
        await region.WrittenAsync(Clients);

        await crowd.AllToAllAsync();
        Assert.All(crowd.Members, member => Assert.Equal(Clients - 1, member.Received));
        const long Crossing = Clients * (Clients - Clients / 3);
        Assert.Equal(Crossing, await region.SumAsync("relay_mesh_forwarded_out_packets_total"));
        Assert.Equal(Crossing, await region.SumAsync("relay_mesh_forwarded_in_packets_total"));
        Assert.Equal(0, await region.SumAsync("relay_packets_dropped_total") + await region.SumAsync("relay_mesh_dropped_packets_total"));
        Assert.Equal(6, await region.SumAsync("relay_mesh_link_state{state=\"up\"}"));
        output.WriteLine($"{await region.SumAsync("relay_cluster_lookups_total")} look-ups for {Crossing} packets between relays");
    }

    /// <summary>Whoever looks for a key that nobody has is told so, however often, and the key is found once it comes.</summary>
    [Fact]
    public async Task KeyThatNobodyHas_IsToldToWhoeverLooksForIt()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var region = await TestRegion.StartClusterAsync(2, redis.Url.OriginalString);
        using var key = NodePrivateKey.Generate();
        using var absent = NodePrivateKey.Generate();
        await using var client = await RelayConnection.ConnectAsync(region.EndpointOf(0), region.OptionsOf(key));
        byte[] disco = [.. "TS💬"u8, .. new byte[80]];
        for (var round = 0; round < 3; round++)
        {
            await client.SendAsync(absent.Public, disco);
            var told = await Eventually.Done(client.ReceiveAsync(), "the relay to say that it is not here");
            Assert.Equal((RelayMessageKind.PeerGone, absent.Public, PeerGoneReason.NotHere), (told.Kind, told.Key, told.GoneReason));
        }

        // Its absence is remembered for a while; a relay that has just joined may ask twice, since it forgets what it heard before.
        Assert.InRange(await region.SumAsync("relay_cluster_lookups_total{result=\"not_found\"}"), 1, 2);
        await using var late = await RelayConnection.ConnectAsync(region.EndpointOf(1), region.OptionsOf(absent));
        var received = late.ReceiveAsync().AsTask();
        await region.WrittenAsync(2);
        await Eventually.True(
            async () =>
            {
                await client.SendAsync(absent.Public, disco);
                return received.IsCompleted;
            },
            "the key to be found");
    }

    /// <summary>No route to a killed relay is believed for longer than five seconds, although its lease lasts for fifteen.</summary>
    [Fact]
    public async Task KilledRelay_WhoDoesNotComeBackIsSaidToBeGone()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var region = await TestRegion.StartClusterAsync(2, redis.Url.OriginalString);
        using var key = NodePrivateKey.Generate();
        using var otherKey = NodePrivateKey.Generate();
        await using var client = await RelayConnection.ConnectAsync(region.EndpointOf(0), region.OptionsOf(key));
        await using var other = await RelayConnection.ConnectAsync(region.EndpointOf(1), region.OptionsOf(otherKey));
        await region.WrittenAsync(2);
        byte[] disco = [.. "TS💬"u8, .. new byte[80]];
        await client.SendAsync(otherKey.Public, disco);
        Assert.Equal(RelayMessageKind.Packet, (await Eventually.Done(other.ReceiveAsync(), "a packet by way of the link")).Kind);

        var killed = TimeProvider.System.GetTimestamp();
        await region.KillAsync(1);
        var receiving = client.ReceiveAsync().AsTask();
        await Eventually.True(
            async () =>
            {
                await client.SendAsync(otherKey.Public, disco);
                return receiving.IsCompleted;
            },
            "the relay to say that the other one's client is not here",
            TimeSpan.FromSeconds(5) - TimeProvider.System.GetElapsedTime(killed));
        var told = await receiving;
        Assert.Equal((RelayMessageKind.PeerGone, otherKey.Public, PeerGoneReason.NotHere), (told.Kind, told.Key, told.GoneReason));
    }

    /// <summary>A killed relay's clients come back elsewhere, and everybody finds them there.</summary>
    [Fact]
    public async Task KilledRelay_ItsClientsAreFoundElsewhere()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var region = await TestRegion.StartClusterAsync(3, redis.Url.OriginalString);
        await using var crowd = await Crowd.ConnectAsync(region, 30, index => index % 3);
        await region.WrittenAsync(30);
        await crowd.AllToAllAsync();

        var killed = TimeProvider.System.GetTimestamp();
        await region.KillAsync(2);
        var hit = crowd.Members.Where(member => member.Relay == 2).ToList();
        await Eventually.True(() => hit.All(member => member.ConnectedAt > killed), "its clients to be back");
        await region.WrittenAsync(30);
        foreach (var relay in region.Running)
        {
            // Until then it may look for them where they were, and lose a packet by that.
            await Eventually.True(
                async () => (await relay.MetricsAsync()).Sum("relay_cluster_news_total") >= crowd.Members.Count + hit.Count, "a relay to hear where everybody is");
        }

        await crowd.AllToAllAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(killed) < TimeSpan.FromSeconds(15));
    }
}
