using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Relay.Mesh.Cluster;
using Relay.Protocol.Keys;
using StackExchange.Redis;

namespace Relay.Mesh.Redis;

/// <summary>A region's members and presence in Redis 7: see docs/presence.md for what lies there.</summary>
internal sealed class RedisStore : IClusterStore
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    // Longer than a lease: a relay that only lost its Redis for a while finds its clients' entries again.
    private static readonly TimeSpan Left = TimeSpan.FromMinutes(2);

    // One bucket every so often: a sweep takes half a minute and Redis hardly notices.
    private static readonly TimeSpan SweepPace = TimeSpan.FromMilliseconds(2);

    // What a Redis could serve is less. Whatever more stands there is not ours.
    private const int MostMembers = 4096;

    private static readonly TimeSpan ListenPace = TimeSpan.FromMilliseconds(20);

    private readonly RedisConnection _connection;
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
    private bool _listens;

    // The beat up to which news may have been missed; negative for none.
    private long _missed;

    private RedisStore(RedisConnection connection, int region, RelayId self, ClusterMember details, IClusterNews news, TimeProvider time)
    {
        (_connection, _redis, _id, _details, _news, _time) = (connection, connection.Redis, self.ToBytes(), details, news, time);
        _redis.ConnectionFailed += (_, _) => Volatile.Write(ref _missed, Volatile.Read(ref _sent));
        _prefix = $"{{relay:{region}}}:";
        (_members, _memberDetails, _epoch) = (_prefix + "members", _prefix + "details", _prefix + "epoch");
        (_newsChannel, _echoChannel) = (RedisChannel.Literal(_prefix + "news"), RedisChannel.Literal($"{_prefix}echo:{self}"));
    }

    /// <summary>Begins to connect; goes on without Redis until it is there.</summary>
    public static async Task<RedisStore> OpenAsync(
        ConfigurationOptions options, int region, RelayId self, ClusterMember details, IClusterNews news, TimeProvider time) =>
        new(await RedisConnection.OpenAsync(options).ConfigureAwait(false), region, self, details, news, time);

    public async Task<ClusterBeat> BeatAsync(int clients)
    {
        if (!_listens) await ListenAsync().ConfigureAwait(false);
        var sent = Interlocked.Increment(ref _sent);
        var details = JsonSerializer.Serialize(_details with { Clients = clients }, ClusterMemberJson.Default.ClusterMember);
        var answer = (RedisResult[])(await _redis.GetDatabase().ScriptEvaluateAsync(
            Scripts.Beat,
            [_members, _memberDetails, _epoch],
            [
                _id, (long)Lease.TotalMilliseconds, details, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), _echoChannel.ToString(), sent,
                MostMembers, ClusterMember.MostBytes,
            ]).ConfigureAwait(false))!;
        Listen(sent);
        var members = new Dictionary<RelayId, ClusterMember>();
        for (var i = 2; i + 1 < answer.Length; i += 2)
        {
            if (members.Count < MostMembers && (byte[]?)answer[i] is { Length: RelayId.Size } id && ClusterMember.TryRead((string?)answer[i + 1]) is { } member) members[RelayId.Read(id)] = member;
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
        return [.. lost.OfType<byte[]>().Where(l => l.Length == NodeKey.Size + RelayId.Size).Select(l => (new NodeKey(l.AsSpan(0, NodeKey.Size)), RelayId.Read(l.AsSpan(NodeKey.Size))))];
    }

    public async Task<RelayId?> FindAsync(NodeKey key)
    {
        var bytes = Bytes(key);
        var bucket = bytes[0] * 64 + bytes[1] / 4;
        var value = (byte[]?)await _redis.GetDatabase().HashGetAsync(Bucket(bucket), bytes).ConfigureAwait(false);
        return value is { Length: Scripts.PlaceSize } ? RelayId.Read(value) : null;
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

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task ListenAsync()
    {
        var subscriber = _redis.GetSubscriber();

        // The connection for news may be there a moment later than the one for questions.
        for (var i = 0; i < 150 && !subscriber.IsConnected(_newsChannel); i++) await Task.Delay(ListenPace, _time).ConfigureAwait(false);
        try
        {
            (await subscriber.SubscribeAsync(_newsChannel).ConfigureAwait(false)).OnMessage(message => { NewsReader.Read((byte[]?)message.Message, _news); });
            (await subscriber.SubscribeAsync(_echoChannel).ConfigureAwait(false)).OnMessage(message => { Volatile.Write(ref _heard, (long)message.Message); });
            _listens = true;
        }
        finally
        {
            // The library keeps what it could not subscribe to, and would gather messages there that nobody reads.
            if (!_listens) await subscriber.UnsubscribeAllAsync(CommandFlags.FireAndForget).ConfigureAwait(false);
        }

        await _redis.GetDatabase().PublishAsync(_newsChannel, (byte[])[.. _id, (byte)'M'], CommandFlags.FireAndForget).ConfigureAwait(false);
    }

    // Each beat comes back as a message to ourselves: as long as they come, so do the news. One late is no matter: they come
    // over another connection than the answer. After a connection broke, or they did not come, a later one is waited for:
    // from then on nothing is missed.
    private void Listen(long sent)
    {
        var (heard, missed) = (Volatile.Read(ref _heard), Volatile.Read(ref _missed));
        if (heard < sent - 1) Volatile.Write(ref _missed, sent);
        else if (missed >= 0 && heard > missed && Interlocked.CompareExchange(ref _missed, -1, missed) == missed) _news.Resumed();
    }

    private RedisKey Bucket(int number) => _prefix + "at:" + number.ToString(CultureInfo.InvariantCulture);

    private static byte[] Bytes(NodeKey key)
    {
        var bytes = new byte[NodeKey.Size];
        key.CopyTo(bytes);
        return bytes;
    }
}
