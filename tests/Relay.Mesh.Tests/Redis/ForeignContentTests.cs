using System.Text;
using Relay.Mesh.Cluster;
using Relay.Mesh.Redis;
using Relay.Mesh.Tests.Scale;
using Relay.Protocol.Keys;
using Relay.Testing;
using StackExchange.Redis;

namespace Relay.Mesh.Tests.Redis;

/// <summary>Somebody else writes where a region keeps what it knows: garbage is as good as nothing, and costs nobody more than that.</summary>
public sealed class ForeignContentTests : IAsyncLifetime
{
    private const string Prefix = "{relay:900}:";

    private readonly RelayId _self = RelayId.New();
    private readonly NodePrivateKey _key = NodePrivateKey.Generate();
    private readonly byte[] _keyBytes = new byte[NodeKey.Size];
    private RedisServer _server = null!;
    private ConnectionMultiplexer _redis = null!;
    private RedisStore _store = null!;

    private IDatabase Foreign => _redis.GetDatabase();

    private RedisKey Bucket => $"{Prefix}at:{_keyBytes[0] * 64 + _keyBytes[1] / 4}";

    public async ValueTask InitializeAsync()
    {
        _key.Public.CopyTo(_keyBytes);
        _server = await RedisServer.StartAsync();
        _redis = await ConnectionMultiplexer.ConnectAsync(RedisUrl.Parse(_server.Url));
        var self = new ClusterMember("n1", "relay.test", "192.0.2.1", 443, new string('a', 64), null, Plain: false);
        _store = await RedisStore.OpenAsync(RedisUrl.Parse(_server.Url), 900, _self, self, new NewsWatch(), TimeProvider.System);
        await _store.BeatAsync(0);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _redis.DisposeAsync();
        await _server.DisposeAsync();
        _key.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(100_000)]
    public async Task PlaceOfAnotherLength_IsNone(int length)
    {
        await Foreign.HashSetAsync(Bucket, _keyBytes, Enumerable.Repeat((byte)0xff, length).ToArray());
        Assert.Null(await _store.FindAsync(_key.Public));
        await ClaimsAsync();
    }

    /// <summary>A relay that lives, but a time that is yet to come, as of a Redis whose clock was ahead.</summary>
    [Fact]
    public async Task PlaceFromTheFuture_DoesNotStandAgainstANewConnection()
    {
        var other = RelayId.New();
        await Foreign.SortedSetAddAsync($"{Prefix}members", other.ToBytes(), double.PositiveInfinity);
        await Foreign.HashSetAsync(Bucket, _keyBytes, (byte[])[.. other.ToBytes(), .. Enumerable.Repeat((byte)0xff, 8)]);
        await ClaimsAsync();
    }

    [Fact]
    public async Task BucketOfAnotherKind_IsReplaced()
    {
        await Foreign.StringSetAsync(Bucket, "no hash");
        await Assert.ThrowsAnyAsync<RedisException>(() => _store.FindAsync(_key.Public));
        await ClaimsAsync();
    }

    [Fact]
    public async Task MembersThatAreNone_AreLeftOut()
    {
        string[] details =
        [
            "", "no JSON", "{}", new string('[', 100_000), $"{{\"Node\":\"{new string('n', 100_000)}\"}}",
            """{"Node":"two\nlines","Host":"h","Address":"192.0.2.2","Port":443,"Key":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""",
        ];
        foreach (var text in details)
        {
            var id = RelayId.New().ToBytes();
            await Foreign.SortedSetAddAsync($"{Prefix}members", id, double.PositiveInfinity);
            await Foreign.HashSetAsync($"{Prefix}details", id, text);
        }

        await Foreign.SortedSetAddAsync($"{Prefix}members", "an id of another length", double.PositiveInfinity);
        Assert.Equal([_self], (await _store.BeatAsync(0)).Members.Keys);
    }

    [Fact]
    public async Task MembersWithoutEnd_AreTakenUpToABound()
    {
        var many = Enumerable.Range(1, 10_000).Select(i => new SortedSetEntry(BitConverter.GetBytes((long)i), double.PositiveInfinity));
        await Foreign.SortedSetAddAsync($"{Prefix}members", [.. many]);
        var member = """{"Node":"n","Host":"h","Address":"192.0.2.2","Port":443,"Key":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""";
        await Foreign.HashSetAsync($"{Prefix}details", [.. Enumerable.Range(1, 10_000).Select(i => new HashEntry(BitConverter.GetBytes((long)i), member))]);
        var beat = await _store.BeatAsync(0);
        Assert.Equal(4096, beat.Members.Count);
        Assert.Contains(_self, beat.Members.Keys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345678")]
    [InlineData("12345678MM")]
    [InlineData("12345678?0123456789abcdef0123456789abcdef")]
    [InlineData("12345678+0123456789abcdef0123456789abcde")]
    public void NewsThatAreNone_AreIgnored(string text) => Assert.Equal(0, NewsReader.Read(Encoding.ASCII.GetBytes(text), new NoNews()));

    private async Task ClaimsAsync()
    {
        Assert.Empty(await _store.UpdateAsync([new PresenceUpdate(_key.Public, TimeProvider.System.GetTimestamp())]));
        Assert.Equal(_self, await _store.FindAsync(_key.Public));
    }

    private sealed class NoNews : IClusterNews
    {
        public void Claimed(NodeKey key, RelayId relay) => Assert.Fail("these are no news");

        public void Unclaimed(NodeKey key, RelayId relay) => Assert.Fail("these are no news");

        public void MembersChanged() => Assert.Fail("these are no news");

        public void Resumed() => Assert.Fail("these are no news");
    }
}
