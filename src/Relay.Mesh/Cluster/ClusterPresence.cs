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
public sealed class ClusterPresence : IPresence, IPresenceEffects, IClusterNews, IAsyncDisposable
{
    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _time;
    private readonly ILogger<ClusterPresence> _logger;
    private readonly RelayId _self = RelayId.New();
    private readonly PresenceTable _table;
    private readonly UpdateQueue _updates;
    private readonly StoreState _state;
    private readonly CancellationTokenSource _stopping = new();

    // Not bounded by itself, but by what causes events: connections, questions (which are), and news that Redis paces.
    private readonly Channel<Action> _events = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim _beatNow = new(0, 1);
    private Dictionary<RelayId, MeshMember> _members = [];
    private Dictionary<NodeKey, RelayId> _keys = [];
    private volatile IReadOnlyList<Neighbour> _neighbours = [];
    private IClusterStore? _store;
    private RelayMesh? _mesh;
    private Task _running = Task.CompletedTask;
    private string? _epoch;
    private long _found, _notFound, _unanswered, _news, _rebuilds;
    private TimeSpan _answerTime;

    /// <param name="time">The clock of leases and ages.</param>
    /// <param name="logger">Where the store's coming and going is logged.</param>
    public ClusterPresence(TimeProvider time, ILogger<ClusterPresence> logger)
    {
        (_time, _logger, _state) = (time, logger, new StoreState(logger));
        _table = new PresenceTable(_self, this, time);
        _updates = new UpdateQueue(lost => Post(() => OnLost(lost)), _state.OnFailure, time);
    }

    /// <summary>How the store stands.</summary>
    public ClusterStatistics Statistics => new(
        _state.Answers, _state.Fault, _members.Count + 1, _table.Here, _table.Known, _updates.Waiting, _found, _notFound, _unanswered,
        _updates.Written, _news, _state.Failures, _rebuilds, _answerTime);

    /// <summary>Begins with Redis: <paramref name="self"/> is how others reach this relay.</summary>
    public void Start(RelayMesh mesh, ConfigurationOptions redis, int region, ClusterMember self) =>
        Start(mesh, async news => await RedisStore.OpenAsync(redis, region, _self, self, news, _time).ConfigureAwait(false));

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
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_store is { } store)
        {
            await TryAsync(store.LeaveAsync()).ConfigureAwait(false);
            await store.DisposeAsync().ConfigureAwait(false);
        }

        _stopping.Dispose();
        _beatNow.Dispose();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Neighbour>? Neighbours => _state.Answers ? _neighbours : null;

    /// <inheritdoc/>
    public void Here(NodeKey key) => Post(() => _table.OnHere(key));

    /// <inheritdoc/>
    public void Gone(NodeKey key) => Post(() => _table.OnGone(key));

    /// <inheritdoc/>
    public void Find(NodeKey key) => Post(() => _table.OnFind(key));

    /// <inheritdoc/>
    public void HeardFrom(NodeKey key, NodeKey relay) => Post(() =>
    {
        if (_keys.TryGetValue(relay, out var id)) _table.OnHeardFrom(key, id);
    });

    /// <inheritdoc/>
    public void Mistaken(NodeKey key, MeshMember member) => Post(() =>
    {
        foreach (var (id, _) in _members.Where(m => m.Value == member)) _table.OnMistaken(key, id);
    });

    void IClusterNews.Claimed(NodeKey key, RelayId relay) => Post(() =>
    {
        _news++;
        _table.OnClaimed(key, relay);
    });

    void IClusterNews.Unclaimed(NodeKey key, RelayId relay) => Post(() =>
    {
        _news++;
        _table.OnUnclaimed(key, relay);
    });

    void IClusterNews.MembersChanged() => BeatSoon();

    void IClusterNews.Resumed() => Post(Rebuild);

    void IClusterNews.Lost() => BeatSoon();

    void IPresenceEffects.Claim(NodeKey key, TimeSpan age) =>
        _updates.Add(new PresenceUpdate(key, _time.GetTimestamp() - (long)(age.TotalSeconds * _time.TimestampFrequency)));

    void IPresenceEffects.Unclaim(NodeKey key) => _updates.Add(new PresenceUpdate(key, null));

    void IPresenceEffects.Ask(NodeKey key) => _ = AskAsync(key);

    void IPresenceEffects.Place(NodeKey key, RelayId? relay) => _mesh!.Place(key, MemberOf(relay));

    void IPresenceEffects.Answered(NodeKey key, RelayId? relay)
    {
        if (MemberOf(relay) is { } member) _mesh!.Found(key, member);
        else _mesh!.NotFound(key);
    }

    private MeshMember? MemberOf(RelayId? relay) => relay is { } id ? _members.GetValueOrDefault(id) : null;

    private void Post(Action handle) => _events.Writer.TryWrite(handle);

    private void BeatSoon()
    {
        // News come on more than one thread, and one beat is enough for all of them.
        lock (_beatNow)
        {
            if (_beatNow.CurrentCount == 0) _beatNow.Release();
        }
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

    private async Task AskAsync(NodeKey key)
    {
        try
        {
            var answer = _store is { } store ? await store.FindAsync(key).ConfigureAwait(false) : null;
            Interlocked.Increment(ref answer is null ? ref _notFound : ref _found);
            Post(() => _table.OnAnswer(key, answer));
        }
        catch (Exception)
        {
            // Whatever is wrong with the store, who waits for the answer is to be told that there is none.
            Interlocked.Increment(ref _unanswered);
            Post(() => _table.OnUnanswered(key));
        }
    }

    private async Task BeatAsync(Func<IClusterNews, Task<IClusterStore>> open)
    {
        var sweepAt = _time.GetTimestamp();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                _store ??= await open(this).ConfigureAwait(false);
                _updates.Store = _store;
                var began = _time.GetTimestamp();
                var beat = await _store.BeatAsync(_table.Here).ConfigureAwait(false);
                _answerTime = _time.GetElapsedTime(began);
                Post(() => OnBeat(beat));
                if (_time.GetElapsedTime(sweepAt) > SweepInterval && beat.Members.Keys.MinBy(id => id.Value) == _self)
                {
                    sweepAt = _time.GetTimestamp();
                    _ = TryAsync(_store.SweepAsync(_stopping.Token));
                }
            }
            catch (Exception e)
            {
                // The root of this loop: whatever is wrong, the next beat may go better.
                if (!StoreState.IsFault(e)) Log.Fault(_logger, e);
                _state.OnFailure(e);
            }

            try
            {
                await _beatNow.WaitAsync(BeatInterval, _stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void OnBeat(ClusterBeat beat)
    {
        var others = beat.Members.Where(m => m.Key != _self).ToDictionary(m => m.Key, m => m.Value);
        var members = MemberNames.Of(others);
        _neighbours = [.. others.Values.Select(other => new Neighbour(other.Node, other.Clients))];

        // One that lost its store only, and is linked, is as good as any.
        foreach (var (id, member) in _members)
        {
            if (!members.ContainsKey(id) && _mesh!.IsUp(member) && !members.ContainsValue(member)) members[id] = member;
        }

        if (!members.OrderBy(m => m.Key.Value).SequenceEqual(_members.OrderBy(m => m.Key.Value)))
        {
            _members = members;
            _keys = others.Where(m => NodeKey.TryParseHex(m.Value.Key, out _))
                .DistinctBy(m => m.Value.Key).ToDictionary(m => NodeKey.TryParseHex(m.Value.Key, out var key) ? key : default, m => m.Key);
            var names = string.Join(", ", members.Values.Select(m => m.Name).Order(StringComparer.Ordinal));
            Log.Members(_logger, members.Count + 1, names);
            _ = _mesh!.SetMembersAsync([.. members.Values.Distinct()]);
            _table.OnMembers(members.Keys);
        }

        var rebuild = _state.OnAnswer() || !beat.WasKnown || (_epoch is not null && _epoch != beat.Epoch);
        _epoch = beat.Epoch;
        if (rebuild) Rebuild();
        _table.AskAgain();
        _updates.Begin();
    }

    private void Rebuild()
    {
        Interlocked.Increment(ref _rebuilds);
        _table.OnStoreBack();
    }

    private void OnLost(IReadOnlyList<(NodeKey Key, RelayId Relay)> lost)
    {
        foreach (var (key, relay) in lost) _table.OnClaimed(key, relay);
    }

    private static async Task TryAsync(Task task)
    {
        try
        {
            await task.WaitAsync(TimeSpan.FromSeconds(60)).ConfigureAwait(false);
        }
        catch (Exception e) when (StoreState.IsFault(e))
        {
            // The lease ends by itself, and the next sweep comes.
        }
    }
}
