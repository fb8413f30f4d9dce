using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Relay.Mesh.Cluster;
using Relay.Protocol.Keys;
using StackExchange.Redis;

namespace Relay.Mesh.Redis;

/// <summary>A region's members and presence in Redis 7: see docs/regions.md for what lies there.</summary>
internal sealed class RedisStore : IClusterStore
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    // Longer than a lease: a relay that only lost its Redis for a while finds its clients' entries again.
    private static readonly TimeSpan Left = TimeSpan.FromMinutes(2);

    // One bucket every so often: a sweep takes half a minute and Redis hardly notices.
    private static readonly TimeSpan SweepPace = TimeSpan.FromMilliseconds(2);

    private readonly IConnectionMultiplexer _redis;
    private readonly TimeProvider _time;
    private readonly IClusterNews _news;
    private readonly byte[] _id;
    private readonly ClusterMember _details;
    private readonly string _prefix;
    private readonly RedisKey _members, _memberDetails, _epoch;
    private readonly RedisChannel _newsChannel, _echoChannel;
    private long _sent;
    private long _heard;
    private bool _deaf = true;

    private RedisStore(IConnectionMultiplexer redis, int region, RelayId self, ClusterMember details, IClusterNews news, TimeProvider time)
    {
        (_redis, _id, _details, _news, _time) = (redis, self.ToBytes(), details, news, time);
        _prefix = $"{{relay:{region}}}:";
        (_members, _memberDetails, _epoch) = (_prefix + "members", _prefix + "details", _prefix + "epoch");
        (_newsChannel, _echoChannel) = (RedisChannel.Literal(_prefix + "news"), RedisChannel.Literal($"{_prefix}echo:{self}"));
    }

    /// <summary>Begins to connect; goes on without Redis until it is there.</summary>
    public static async Task<RedisStore> OpenAsync(
        ConfigurationOptions options, int region, RelayId self, ClusterMember details, IClusterNews news, TimeProvider time)
    {
        var redis = await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false);
        var store = new RedisStore(redis, region, self, details, news, time);
        try
        {
            await store.ListenAsync().ConfigureAwait(false);
            return store;
        }
        catch
        {
            // Whoever asked tries again and again: connections that nobody has must not gather.
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<ClusterBeat> BeatAsync(int clients)
    {
        var sent = ++_sent;
        var details = JsonSerializer.Serialize(_details with { Clients = clients }, ClusterMemberJson.Default.ClusterMember);
        var answer = (RedisResult[])(await _redis.GetDatabase().ScriptEvaluateAsync(
            Scripts.Beat,
            [_members, _memberDetails, _epoch],
            [_id, (long)Lease.TotalMilliseconds, details, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), _echoChannel.ToString(), sent]).ConfigureAwait(false))!;
        Listen(sent);
        var members = new Dictionary<RelayId, ClusterMember>();
        for (var i = 2; i + 1 < answer.Length; i += 2)
        {
            if ((byte[]?)answer[i] is { Length: RelayId.Size } id && ClusterMember.TryRead((string?)answer[i + 1]) is { } member) members[RelayId.Read(id)] = member;
        }

        return new ClusterBeat((int)answer[0] == 1, (string)answer[1]!, members);
    }

    public async Task<IReadOnlyList<(NodeKey Key, RelayId Relay)>> UpdateAsync(IReadOnlyList<PresenceUpdate> updates)
    {
        var arguments = new List<RedisValue>(3 + 2 * updates.Count) { _prefix + "at:", _newsChannel.ToString(), _id };
        foreach (var update in updates)
        {
            arguments.Add((byte[])[update.Since is null ? (byte)'-' : (byte)'+', .. Bytes(update.Key)]);
            arguments.Add(update.Since is { } since ? (long)_time.GetElapsedTime(since).TotalMilliseconds : 0);
        }

        var lost = (byte[]?[]?)await _redis.GetDatabase().ScriptEvaluateAsync(Scripts.Update, [_members], [.. arguments]).ConfigureAwait(false) ?? [];
        return [.. lost.OfType<byte[]>().Select(l => (new NodeKey(l.AsSpan(0, NodeKey.Size)), RelayId.Read(l.AsSpan(NodeKey.Size))))];
    }

    public async Task<RelayId?> FindAsync(NodeKey key)
    {
        var bytes = Bytes(key);
        var bucket = bytes[0] * 64 + bytes[1] / 4;
        var value = (byte[]?)await _redis.GetDatabase().HashGetAsync(Bucket(bucket), bytes).ConfigureAwait(false);
        return value is { Length: >= RelayId.Size } ? RelayId.Read(value) : null;
    }

    public async Task SweepAsync(CancellationToken cancellation)
    {
        using var pace = new PeriodicTimer(SweepPace, _time);
        for (var bucket = 0; bucket < Scripts.Buckets && await pace.WaitForNextTickAsync(cancellation).ConfigureAwait(false); bucket++)
        {
            await _redis.GetDatabase()
                .ScriptEvaluateAsync(Scripts.Sweep, [_members, Bucket(bucket)], [(long)Left.TotalMilliseconds]).ConfigureAwait(false);
        }
    }

    public Task LeaveAsync() => _redis.GetDatabase().ScriptEvaluateAsync(Scripts.Leave, [_members, _memberDetails], [_id, _newsChannel.ToString()]);

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    private async Task ListenAsync()
    {
        var subscriber = _redis.GetSubscriber();
        (await subscriber.SubscribeAsync(_newsChannel).ConfigureAwait(false)).OnMessage(message => { NewsReader.Read((byte[]?)message.Message, _news); });
        (await subscriber.SubscribeAsync(_echoChannel).ConfigureAwait(false)).OnMessage(message => { Volatile.Write(ref _heard, (long)message.Message); });
        await _redis.GetDatabase().PublishAsync(_newsChannel, (byte[])[.. _id, (byte)'M'], CommandFlags.FireAndForget).ConfigureAwait(false);
    }

    // Each beat comes back as a message to ourselves: as long as they come, so do the news. One late is no matter: they come
    // over another connection than the answer.
    private void Listen(long sent)
    {
        var hears = Volatile.Read(ref _heard) >= sent - 1;
        if (hears && _deaf) _news.Resumed();
        _deaf = !hears;
    }

    private RedisKey Bucket(int number) => _prefix + "at:" + number.ToString(CultureInfo.InvariantCulture);

    private static byte[] Bytes(NodeKey key)
    {
        var bytes = new byte[NodeKey.Size];
        key.CopyTo(bytes);
        return bytes;
    }
}
