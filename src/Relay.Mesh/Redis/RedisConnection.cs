using StackExchange.Redis;

namespace Relay.Mesh.Redis;

/// <summary>A way to Redis that mends itself: to the servers listed, or to the one that Sentinels call the primary at the time.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly IConnectionMultiplexer? _sentinels;

    private RedisConnection(IConnectionMultiplexer redis, IConnectionMultiplexer? sentinels) => (Redis, _sentinels) = (redis, sentinels);

    public IConnectionMultiplexer Redis { get; }

    /// <exception cref="RedisConnectionException">No Sentinel says where the primary is. Redis itself may be away.</exception>
    public static async Task<RedisConnection> OpenAsync(ConfigurationOptions options)
    {
        if (options.ServiceName is null) return new RedisConnection(await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false), null);
        var sentinels = await ConnectionMultiplexer.SentinelConnectAsync(options).ConfigureAwait(false);
        try
        {
            return new RedisConnection(sentinels.GetSentinelMasterConnection(options), sentinels);
        }
        catch
        {
            // It would go on connecting for ever.
            await sentinels.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Redis.DisposeAsync().ConfigureAwait(false);
        if (_sentinels is not null) await _sentinels.DisposeAsync().ConfigureAwait(false);
    }
}
