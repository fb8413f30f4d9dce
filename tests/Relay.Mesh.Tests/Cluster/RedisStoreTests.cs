using Relay.Mesh.Cluster;
using Relay.Mesh.Redis;
using Relay.Protocol.Keys;
using Relay.Testing;
using StackExchange.Redis;

namespace Relay.Mesh.Tests.Cluster;

public sealed class RedisStoreTests
{
    [Fact]
    public async Task Beat_WithoutTheRightToListen_FailsAndLeavesNoConnectionBehind()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.CommandAsync("ACL SETUSER relay on >secret ~* +@all resetchannels");
        var url = new Uri($"redis://relay:secret@{redis.Url.Authority}");
        var self = new ClusterMember("n1", "relay.example.com", "192.0.2.1", 443, new string('a', 64), null, false);

        await using (var store = await RedisStore.OpenAsync(RedisUrl.Parse(url), 900, RelayId.New(), self, new NoNews(), TimeProvider.System))
        {
            for (var i = 0; i < 3; i++) await Assert.ThrowsAnyAsync<RedisException>(() => store.BeatAsync(0));
            Assert.InRange(await CountAsync(redis), 1, 3);
        }

        // What is left is the connection that asks.
        await Eventually.True(async () => await CountAsync(redis) == 1, "all connections to be gone");
    }

    private static async Task<int> CountAsync(RedisServer redis) =>
        (await redis.CommandAsync("CLIENT LIST")).Split('\n').Count(line => line.Contains("id=", StringComparison.Ordinal));

    private sealed class NoNews : IClusterNews
    {
        public void Claimed(NodeKey key, RelayId relay)
        {
        }

        public void Unclaimed(NodeKey key, RelayId relay)
        {
        }

        public void MembersChanged()
        {
        }

        public void Resumed()
        {
        }
    }
}
