using Relay.Protocol.Keys;

namespace Relay.Mesh.Cluster;

/// <summary>
/// Updates on their way to the store: one batch at a time, while the next one gathers. So a single client's coming is told at
/// once, and of a thousand at a time in a few messages. After a batch that was not full there is a pause, so that one relay
/// sends few messages whatever its clients do, and of a client that comes and goes all the time the last word only. Thread safe.
/// </summary>
internal sealed class UpdateQueue(Action<IReadOnlyList<(NodeKey Key, RelayId Relay)>> lost, Action<Exception?> tried, TimeProvider time)
{
    /// <summary>Updates in a batch: some 20 KB, and below a millisecond of Redis's time.</summary>
    private const int BatchSize = 512;

    /// <summary>
    /// Keys that are here no longer may wait so many: clients come and go while the store is away, and it may be away for days.
    /// What is left out costs whoever asks for such a key one packet that comes here in vain.
    /// </summary>
    private const int MostGone = 250_000;

    // Less than the time for which a client that moves keeps its old connection, so that the news are there before that ends.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();

    // The last word about a key is the only one that counts.
    private readonly Dictionary<NodeKey, PresenceUpdate> _waiting = [];
    private bool _writing;
    private int _underWay;
    private long _written;

    /// <summary>Null until there is one: updates gather.</summary>
    public IClusterStore? Store { get; set; }

    public long Written => Interlocked.Read(ref _written);

    public int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count + _underWay;
        }
    }

    public void Add(PresenceUpdate update)
    {
        lock (_gate)
        {
            if (update.Since is null && _waiting.Count >= MostGone) _waiting.Remove(update.Key);
            else _waiting[update.Key] = update;
        }

        Begin();
    }

    /// <summary>Writes what waits, if nobody does already.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            if (_writing || Store is null || _waiting.Count == 0) return;
            _writing = true;
        }

        _ = WriteAsync();
    }

    private async Task WriteAsync()
    {
        await Task.Yield();
        while (Take() is { Count: > 0 } batch)
        {
            try
            {
                var overruled = await Store!.UpdateAsync(batch).ConfigureAwait(false);
                Interlocked.Add(ref _written, batch.Count);
                lock (_gate) _underWay = 0;
                tried(null);
                if (overruled.Count > 0) lost(overruled);
                if (batch.Count < BatchSize) await Task.Delay(Pace, time).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // The root of this loop: whatever is wrong, the next attempt may go better.
                GiveBack(batch);
                tried(e);
                return;
            }
        }
    }

    private List<PresenceUpdate> Take()
    {
        lock (_gate)
        {
            var batch = _waiting.Values.Take(BatchSize).ToList();
            foreach (var update in batch) _waiting.Remove(update.Key);
            _underWay = batch.Count;
            if (batch.Count == 0) _writing = false;
            return batch;
        }
    }

    // They are told when the store is back.
    private void GiveBack(List<PresenceUpdate> batch)
    {
        lock (_gate)
        {
            foreach (var update in batch) _waiting.TryAdd(update.Key, update);
            _underWay = 0;
            _writing = false;
        }
    }
}
