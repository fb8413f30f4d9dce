using Relay.Mesh.Cluster;
using Relay.Mesh.Redis;
using Relay.Mesh.Tests.Scale;
using Relay.Testing;

namespace Relay.Mesh.Tests.Redis;

public sealed class BeatTests
{
    /// <summary>What a relay needs to know of the others before it asks clients to go there.</summary>
    [Fact]
    public async Task Beat_TellsTheOthersHowManyClientsThereAre()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var one = await OpenAsync(redis, "n1");
        await using var other = await OpenAsync(redis, "n2");
        await one.BeatAsync(7);
        await other.BeatAsync(0);
        Assert.Equal([("n1", 7), ("n2", 0)], await ToldAsync(one, 7));
        await other.BeatAsync(3);
        Assert.Equal([("n1", 9), ("n2", 3)], await ToldAsync(one, 9));
    }

    private static async Task<IEnumerable<(string Node, int? Clients)>> ToldAsync(RedisStore store, int clients) =>
        (await store.BeatAsync(clients)).Members.Values.Select(member => (member.Node, member.Clients)).Order();

    private static Task<RedisStore> OpenAsync(RedisServer redis, string node) => RedisStore.OpenAsync(
        RedisUrl.Parse(redis.Url), 900, RelayId.New(), new ClusterMember(node, "relay.test", "192.0.2.1", 443, new string('a', 64), null, Plain: false), new NewsWatch(), TimeProvider.System);
}
