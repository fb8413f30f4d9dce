using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Relay.Mesh.Redis;
using Relay.Protocol.Keys;
using Relay.Server.Mesh;
using StackExchange.Redis;

namespace Relay.Mesh.Cluster;

/// <summary>
/// Runs a <see cref="PresenceTable"/> between a relay and the shared store: one loop for all events, updates in batches of
/// which one is under way at a time, questions side by side. A store that is slow or gone delays nobody here.
/// </summary>
public sealed partial class ClusterPresence : IPresence, IPresenceEffects, IClusterNews, IAsyncDisposable
{
    // News that may wait to be handled, in keys. Relays are a hundred times slower than this; whoever else writes to the store need not be.
    private const int MostNews = 250_000;

    // Whoever stops a relay does not wait for a store that is frozen: the lease ends by itself.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly ILogger<ClusterPresence> _logger;
    private readonly RelayId _self = RelayId.New();
    private readonly RegionMembers _members;
    private readonly PresenceTable _table;
    private readonly UpdateQueue _updates;
    private readonly StoreState _state;
    private readonly CancellationTokenSource _stopping = new();

    // Bounded by what causes events: connections, questions and news, which all are.
    private readonly Channel<Action> _events = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private RelayMesh? _mesh;
    private Task _running = Task.CompletedTask;
    private long _news, _rebuilds;
    private int _newsWaiting;
    private volatile bool _newsLeftOut;

    /// <param name="time">The clock of leases and ages.</param>
    /// <param name="logger">Where the store's coming and going is logged.</param>
    public ClusterPresence(TimeProvider time, ILogger<ClusterPresence> logger)
    {
        (_time, _logger, _state) = (time, logger, new StoreState(logger));
        _members = new RegionMembers(_self);
        _table = new PresenceTable(_self, this, time);
        _updates = new UpdateQueue(lost => Post(() => OnLost(lost)), OnUpdates, time);
    }

    /// <summary>How the store stands.</summary>
    public ClusterStatistics Statistics => new(
        _state.Answers, _state.Fault, _members.Ids.Count + 1, _table.Here, _table.Known, _updates.Waiting, _found, _notFound, _unanswered,
        _updates.Written, Interlocked.Read(ref _news), _state.Failures, Interlocked.Read(ref _rebuilds), _answerTime);

    /// <summary>
    /// Begins with Redis: <paramref name="self"/> is how others reach this relay. It is asked again for as long as it throws,
    /// and for that long it is as if Redis did not answer.
    /// </summary>
    public void Start(RelayMesh mesh, ConfigurationOptions redis, int region, Func<CancellationToken, Task<ClusterMember>> self) =>
        Start(mesh, async news => await RedisStore.OpenAsync(redis, region, _self, await self(_stopping.Token).ConfigureAwait(false), news, _time).ConfigureAwait(false));

    /// <summary>Begins; <paramref name="open"/> gives the store, which tells its news here.</summary>
    internal void Start(RelayMesh mesh, Func<IClusterNews, Task<IClusterStore>> open)
    {
        _mesh = mesh;
        _running = Task.WhenAll(Task.Run(HandleAsync), Task.Run(() => BeatAsync(open)));
    }

    /// <summary>Takes this relay out of the region.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        _events.Writer.TryComplete();
        await _running.WaitAsync(LastWords, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_store is { } store)
        {
            await TryAsync(store.LeaveAsync(), LastWords).ConfigureAwait(false);
            await store.DisposeAsync().ConfigureAwait(false);
        }

        _stopping.Dispose();
        lock (_beatNow) _beatNow.Dispose();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Neighbour>? Neighbours => _state.Answers ? _members.Neighbours : null;

    /// <inheritdoc/>
    public void Here(NodeKey key) => Post(() => _table.OnHere(key));

    /// <inheritdoc/>
    public void Gone(NodeKey key) => Post(() => _table.OnGone(key));

    /// <inheritdoc/>
    public void Find(NodeKey key) => Post(() => _table.OnFind(key));

    /// <inheritdoc/>
    public void HeardFrom(NodeKey key, NodeKey relay) => Post(() =>
    {
        if (_members.TryFind(relay, out var id)) _table.OnHeardFrom(key, id);
    });

    /// <inheritdoc/>
    public void Mistaken(NodeKey key, MeshMember member) => Post(() =>
    {
        foreach (var id in _members.RunsOf(member)) _table.OnMistaken(key, id);
    });

    void IClusterNews.Claimed(NodeKey key, RelayId relay) => PostNews(() => _table.OnClaimed(key, relay));

    void IClusterNews.Unclaimed(NodeKey key, RelayId relay) => PostNews(() => _table.OnUnclaimed(key, relay));

    void IClusterNews.MembersChanged() => BeatSoon();

    void IClusterNews.Resumed() => Post(Rebuild);

    void IPresenceEffects.Claim(NodeKey key, TimeSpan age) =>
        _updates.Add(new PresenceUpdate(key, _time.GetTimestamp() - (long)(age.TotalSeconds * _time.TimestampFrequency)));

    void IPresenceEffects.Unclaim(NodeKey key) => _updates.Add(new PresenceUpdate(key, null));

    void IPresenceEffects.Ask(NodeKey key) => _ = AskAsync(key);

    void IPresenceEffects.Place(NodeKey key, RelayId? relay) => _mesh!.Place(key, _members.Find(relay));

    void IPresenceEffects.Answered(NodeKey key, RelayId? relay)
    {
        if (_members.Find(relay) is { } member) _mesh!.Found(key, member);
        else _mesh!.NotFound(key);
    }

    private void Post(Action handle) => _events.Writer.TryWrite(handle);

    private void PostNews(Action handle)
    {
        if (Interlocked.Increment(ref _newsWaiting) > MostNews)
        {
            Interlocked.Decrement(ref _newsWaiting);
            _newsLeftOut = true;
            return;
        }

        Post(() =>
        {
            var last = Interlocked.Decrement(ref _newsWaiting) == 0;
            Interlocked.Increment(ref _news);
            handle();
            if (!last || !_newsLeftOut) return;
            _newsLeftOut = false;
            Rebuild();
        });
    }

    private async Task HandleAsync()
    {
        await foreach (var handle in _events.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                handle();
            }
            catch (Exception e)
            {
                Log.Fault(_logger, e);
            }
        }
    }

    private void OnLost(IReadOnlyList<(NodeKey Key, RelayId Relay)> lost)
    {
        foreach (var (key, relay) in lost) _table.OnClaimed(key, relay);
    }

    private void Rebuild()
    {
        Interlocked.Increment(ref _rebuilds);
        _table.OnStoreBack();
    }
}
