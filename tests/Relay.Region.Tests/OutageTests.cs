using System.Globalization;
using System.Net.Sockets;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Region.Tests;

/// <summary>Redis is away for a while, in several ways, under the traffic of clients who know each other.</summary>
public sealed class OutageTests(ITestOutputHelper output)
{
    private const int Clients = 30;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// It is killed and comes back empty, or freezes, with connections that stay open, for longer than a lease lasts. Known
    /// routes go on, those who are new are reached by clients of the same relay, and all is found again within seconds.
    /// </summary>
    /// <remarks>CI takes the whole time; elsewhere it is short, and <c>RELAY_TEST_OUTAGE</c> says how many seconds.</remarks>
    [Theory]
    [InlineData(false, 60, 8)]
    [InlineData(true, 20, 8)]
    public async Task RedisAway_KnownRoutesGoOnAndAllIsFoundAgain(bool frozen, int seconds, int secondsElsewhere)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var region = await TestRegion.StartClusterAsync(3, redis.Url.OriginalString);
        await using var crowd = await Crowd.ConnectAsync(region, Clients, index => index % 3);
        await region.WrittenAsync(Clients);
        await crowd.AllToAllAsync();

        var outage = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("RELAY_TEST_OUTAGE") is { } asked
            ? int.Parse(asked, CultureInfo.InvariantCulture)
            : Missing.MustHaveAll ? seconds : secondsElsewhere);
        var complaints = region.Running.Sum(Complaints);
        var gone = TimeProvider.System.GetTimestamp();
        await (frozen ? redis.SignalAsync("STOP") : redis.KillAsync());
        await Eventually.True(async () => await region.SumAsync("relay_cluster_reachable") == 0, "all relays to notice");
        output.WriteLine($"noticed after {TimeProvider.System.GetElapsedTime(gone).TotalSeconds:0.0} s");
        var (status, text) = await region[0].ReadyAsync();
        Assert.Equal(200, status);
        Assert.Contains("redis: not reachable (", text, StringComparison.Ordinal);

        // Somebody new: a packet from a client of the same relay arrives at once.
        using var key = NodePrivateKey.Generate();
        await using var stranger = await RelayConnection.ConnectAsync(region.EndpointOf(0), region.OptionsOf(key));
        var received = stranger.ReceiveAsync().AsTask();
        await crowd.Members[0].SendToAsync(key.Public);
        await Eventually.Done(received, "a packet from a client of the same relay", TimeSpan.FromSeconds(2));

        using var pace = new PeriodicTimer(Pace, TimeProvider.System);
        var rounds = 0;
        for (; TimeProvider.System.GetElapsedTime(gone) < outage; rounds++)
        {
            await crowd.AllToAllAsync();
            await pace.WaitForNextTickAsync();
        }

        Assert.Equal(0, await region.SumAsync("relay_packets_dropped_total") + await region.SumAsync("relay_mesh_dropped_packets_total"));
        Assert.Equal(complaints + 3, region.Running.Sum(Complaints));

        var back = TimeProvider.System.GetTimestamp();
        await (frozen ? redis.SignalAsync("CONT") : redis.RestartAsync());
        await FoundAsync(crowd.Members[1], stranger, key.Public);
        output.WriteLine($"{rounds} rounds meanwhile; the new client was found {TimeProvider.System.GetElapsedTime(back).TotalSeconds:0.0} s after Redis was back");
        await region.WrittenAsync(Clients + 1);
        await crowd.AllToAllAsync();
    }

    /// <summary>It loses all it knows while it runs: each relay sees that and tells it all again.</summary>
    [Fact]
    public async Task RedisFlushed_IsToldEverythingAgain()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var region = await TestRegion.StartClusterAsync(3, redis.Url.OriginalString);
        await using var crowd = await Crowd.ConnectAsync(region, Clients, index => index % 3);
        await region.WrittenAsync(Clients);
        var before = await region.SumAsync("relay_cluster_rebuilds_total");
        await redis.CommandAsync("FLUSHALL");
        await Eventually.True(
            async () => await region.SumAsync("relay_cluster_rebuilds_total") >= before + 3, "all relays to see that Redis forgot", TimeSpan.FromSeconds(10));
        await region.WrittenAsync(Clients);

        // A relay that starts anew knows nobody: it finds all of them in Redis.
        await region.KillAsync(2);
        await region.RestartAsync(2);
        using var key = NodePrivateKey.Generate();
        await using var newcomer = await RelayConnection.ConnectAsync(region.EndpointOf(2), region.OptionsOf(key));
        foreach (var member in crowd.Members.Where(member => member.Relay != 2))
        {
            var received = member.Received;
            await Eventually.True(
                async () =>
                {
                    await newcomer.SendAsync(member.Key, new byte[100]);
                    return member.Received > received;
                },
                $"client {member.Index} to be found by a relay that knows nobody");
        }
    }

    /// <summary>The connections over which news come break and are back before anybody asks: what was missed meanwhile is asked for.</summary>
    [Fact]
    public async Task NewsThatMayHaveBeenMissed_AreAskedFor()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var region = await TestRegion.StartClusterAsync(3, redis.Url.OriginalString);
        await using var crowd = await Crowd.ConnectAsync(region, Clients, index => index % 3);
        await region.WrittenAsync(Clients);
        await Eventually.True(async () => await region.SumAsync("relay_cluster_rebuilds_total") >= 6, "the relays to have heard all from the beginning");
        var before = await region.SumAsync("relay_cluster_rebuilds_total");
        Assert.Equal(":3", await redis.CommandAsync("CLIENT KILL TYPE pubsub"));
        await Eventually.True(async () => await region.SumAsync("relay_cluster_rebuilds_total") >= before + 3, "all relays to ask again");
        await region.WrittenAsync(Clients);
        Assert.Equal(3, await region.SumAsync("relay_cluster_reachable"));
    }

    /// <summary>Each answer takes two seconds: known routes do not notice, and the first packet to somebody still arrives.</summary>
    [Fact]
    public async Task SlowRedis_DelaysNobodyWhoIsKnown()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var door = new Doorway(redis.ConnectAsync);
        await using var region = await TestRegion.StartClusterAsync(3, $"redis://127.0.0.1:{door.Port}");
        await using var crowd = await Crowd.ConnectAsync(region, 12, index => index % 3);
        await region.WrittenAsync(12);
        await crowd.AllToAllAsync();

        door.Lateness = TimeSpan.FromSeconds(2);
        await Eventually.True(async () => (await region[0].MetricsAsync()).Sum("relay_cluster_answer_seconds") > 1.9, "an answer to be late");
        using var key = NodePrivateKey.Generate();
        await using var stranger = await RelayConnection.ConnectAsync(region.EndpointOf(0), region.OptionsOf(key));
        await region.WrittenAsync(13);
        var since = TimeProvider.System.GetTimestamp();
        var received = stranger.ReceiveAsync().AsTask();
        await crowd.Members[1].SendToAsync(key.Public);
        await crowd.AllToAllAsync();
        var took = TimeProvider.System.GetElapsedTime(since);
        Assert.False(received.IsCompleted);
        Assert.True(took < TimeSpan.FromSeconds(1.8), $"known routes took {took.TotalSeconds:0.0} s");
        await Eventually.Done(received, "the first packet to somebody, which Redis holds up");
        Assert.Equal(3, await region.SumAsync("relay_cluster_reachable"));
        Assert.Equal(0, await region.SumAsync("relay_packets_dropped_total"));
    }

    /// <summary>The primary dies and Sentinels make its replica the primary: the region goes on, and tells the new one all it knows.</summary>
    [Fact]
    public async Task PrimaryDies_TheReplicaTakesOverAndIsToldEverything()
    {
        await using var primary = await RedisServer.StartLockedAsync("secret");
        await using var replica = await RedisServer.StartLockedAsync("secret", "--replicaof", "127.0.0.1", $"{primary.Port}", "--masterauth", "secret");
        await Eventually.True(async () => (await replica.CommandAsync("INFO replication")).Contains("master_link_status:up", StringComparison.Ordinal), "the replica to follow");
        var sentinels = RedisSentinel.Start(3, "relay", primary, "secret");
        try
        {
            await Eventually.True(async () => await AllKnownAsync(sentinels), "the Sentinels to know each other and the replica", TimeSpan.FromSeconds(30));
            var url = $"redis://:secret@127.0.0.1:{sentinels[0].Port}?sentinel=relay&also={string.Join(',', sentinels.Skip(1).Select(sentinel => $"127.0.0.1:{sentinel.Port}"))}";
            await using var region = await TestRegion.StartClusterAsync(3, url);
            await using var crowd = await Crowd.ConnectAsync(region, Clients, index => index % 3);
            await region.WrittenAsync(Clients);
            await crowd.AllToAllAsync();

            var rebuilds = await region.SumAsync("relay_cluster_rebuilds_total");
            await primary.KillAsync();
            var killed = TimeProvider.System.GetTimestamp();
            await crowd.AllToAllAsync();
            Assert.Equal(0, await region.SumAsync("relay_packets_dropped_total"));
            await Eventually.True(async () => await IsPrimaryAsync(replica), "the Sentinels to agree", TimeSpan.FromSeconds(30));
            output.WriteLine($"the replica took over {TimeProvider.System.GetElapsedTime(killed).TotalSeconds:0.0} s after the primary died");
            await Eventually.True(
                async () => await region.SumAsync("relay_cluster_rebuilds_total") >= rebuilds + 3 && await region.SumAsync("relay_cluster_reachable") == 3,
                "all relays to tell the new primary what they know",
                TimeSpan.FromSeconds(30));
            output.WriteLine($"the region had its Redis again after {TimeProvider.System.GetElapsedTime(killed).TotalSeconds:0.0} s");

            using var key = NodePrivateKey.Generate();
            await using var stranger = await RelayConnection.ConnectAsync(region.EndpointOf(0), region.OptionsOf(key));
            await FoundAsync(crowd.Members[1], stranger, key.Public);
            await region.WrittenAsync(Clients + 1);
            await crowd.AllToAllAsync();
        }
        finally
        {
            foreach (var sentinel in sentinels) await sentinel.DisposeAsync();
        }
    }

    private static async Task<bool> IsPrimaryAsync(RedisServer redis)
    {
        try
        {
            return (await redis.CommandAsync("INFO replication")).Contains("role:master", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            // A server that changes its role cuts off whoever is connected.
            return false;
        }
    }

    private static int Complaints(RelaydProcess relay) => relay.Errors.Split('\n').Count(line => line.Contains("Redis does not answer", StringComparison.Ordinal));

    private static async Task<bool> AllKnownAsync(IEnumerable<RedisSentinel> sentinels)
    {
        foreach (var sentinel in sentinels)
        {
            var known = await sentinel.CommandAsync("SENTINEL MASTER relay");
            if (!known.Contains("num-other-sentinels\r\n$1\r\n2", StringComparison.Ordinal) || !known.Contains("num-slaves\r\n$1\r\n1", StringComparison.Ordinal)) return false;
        }

        return true;
    }

    // Within seconds, as promised.
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
