using Relay.Client;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Testing;
using Relay.Testing.Namespaces;

namespace Relay.Region.Tests;

/// <summary>Two of three relays cannot reach each other any more: packets between them vanish, and nobody is told.</summary>
public sealed class PartitionTests(ITestOutputHelper output)
{
    private const int Clients = 12;
    private const string RedisAddress = "203.0.113.9";

    /// <summary>
    /// Clients of one relay, and of either and the third, go on; what would have to cross the cut is dropped and takes no other
    /// way; five seconds after the cut is mended it arrives.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TwoRelaysCutOffFromEachOther_LoseOnlyWhatIsBetweenThem(bool throughRedis)
    {
        await using var internet = await TestInternet.CreateAsync();
        await using var redis = throughRedis ? await RedisServer.StartOnAsync(await internet.AddHostAsync("redis", $"{RedisAddress}/24")) : null;
        await using var region = redis is null
            ? await TestRegion.StartMeshAsync(internet, 3)
            : await TestRegion.StartClusterAsync(3, $"redis://{RedisAddress}:{redis.Port}", internet);
        await using var crowd = await Crowd.ConnectAsync(region, Clients, index => index % 3);
        if (throughRedis) await region.WrittenAsync(Clients);
        else await Eventually.True(async () => await region.SumAsync("relay_mesh_link_keys") >= 2 * Clients, "all relays to know all clients");
        await crowd.AllToAllAsync();

        await region.CutAsync(0, 1);
        await Eventually.True(async () => await region.SumAsync("relay_mesh_link_state{state=\"up\"}") == 4, "the two to notice");
        var (forwarded, dropped) = (await ForwardedAsync(region), await DroppedAsync(region));
        var across = 0;
        foreach (var from in crowd.Members)
        {
            foreach (var to in crowd.Members.Where(to => IsCut(from, to)))
            {
                await from.TrySendAsync(to);
                across++;
            }
        }

        await IsToldNotHereAsync(region, crowd.Members.First(member => member.Relay == 1).Key);
        await crowd.AllToAllAsync((from, to) => !IsCut(from, to));
        await Eventually.True(async () => await DroppedAsync(region) >= dropped + across, "what cannot arrive to be dropped");

        // No packet took a way around: only those between the third relay and the others were forwarded, once each.
        const int ThirdAndOthers = 2 * (Clients / 3) * (2 * Clients / 3);
        Assert.Equal(forwarded + ThirdAndOthers, await ForwardedAsync(region));

        await region.MendAsync(0);
        var mended = TimeProvider.System.GetTimestamp();
        foreach (var (from, to) in new[] { (crowd.Members[0], crowd.Members[1]), (crowd.Members[1], crowd.Members[0]) })
        {
            var before = to.Received;
            await Eventually.True(
                async () =>
                {
                    await from.TrySendAsync(to);
                    return to.Received > before;
                },
                "packets to cross where the cut was",
                TimeSpan.FromSeconds(5) - TimeProvider.System.GetElapsedTime(mended));
        }

        output.WriteLine($"healed {TimeProvider.System.GetElapsedTime(mended).TotalSeconds:0.0} s after the cut was mended");
    }

    private static bool IsCut(Crowd.Member from, Crowd.Member to) => from.Relay + to.Relay == 1;

    // As they arrive.
    private static Task<double> ForwardedAsync(TestRegion region) => region.SumAsync("relay_forwarded_in_packets_total");

    private static async Task<double> DroppedAsync(TestRegion region) =>
        await region.SumAsync("relay_packets_dropped_total") + await region.SumAsync("relay_mesh_dropped_packets_total");

    private static async Task IsToldNotHereAsync(TestRegion region, NodeKey key)
    {
        using var own = NodePrivateKey.Generate();
        await using var client = await RelayConnection.ConnectAsync(region.EndpointOf(0), region.OptionsOf(own));
        byte[] disco = [.. "TS💬"u8, .. new byte[80]];
        var receiving = client.ReceiveAsync().AsTask();
        await Eventually.True(
            async () =>
            {
                await client.SendAsync(key, disco);
                return receiving.IsCompleted;
            },
            "the relay to say that a client behind the cut is not here");
        var told = await receiving;
        Assert.Equal((RelayMessageKind.PeerGone, key, PeerGoneReason.NotHere), (told.Kind, told.Key, told.GoneReason));
    }
}
