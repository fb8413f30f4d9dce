using Relay.Protocol.Keys;

namespace Relay.Mesh.Cluster;

/// <summary>The other side of it: signs of life, questions, and whether the store answers at all.</summary>
public sealed partial class ClusterPresence
{
    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestSweep = TimeSpan.FromMinutes(1);

    // Before a sign of life out of turn: all relays are told at once that one has come, and whoever writes to the store can tell it for ever.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _beatNow = new(0, 1);
    private volatile IClusterStore? _store;
    private string? _epoch;
    private long _found, _notFound, _unanswered;
    private TimeSpan _answerTime;

    private void BeatSoon()
    {
        // News come on more than one thread, and one beat is enough for all of them.
        lock (_beatNow)
        {
            if (!_stopping.IsCancellationRequested && _beatNow.CurrentCount == 0) _beatNow.Release();
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
                    _ = TryAsync(_store.SweepAsync(_stopping.Token), LongestSweep);
                }
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The root of this loop: whatever is wrong, the next beat may go better.
                if (!StoreState.IsFault(e)) Log.Fault(_logger, e);
                _state.OnFailure(e);
            }

            try
            {
                if (await _beatNow.WaitAsync(BeatInterval, _stopping.Token).ConfigureAwait(false))
                    await Task.Delay(Pause * (1 + Random.Shared.NextDouble()), _time, _stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void OnBeat(ClusterBeat beat)
    {
        if (_members.Update(beat.Members, _mesh!.IsUp))
        {
            var links = _members.Links;
            var names = string.Join(", ", links.Select(member => member.Name).Order(StringComparer.Ordinal));
            Log.Members(_logger, _members.Ids.Count + 1, names);
            _ = _mesh.SetMembersAsync(links);
            _table.OnMembers(_members.Ids);
        }

        var rebuild = _state.OnAnswer() || !beat.WasKnown || (_epoch is not null && _epoch != beat.Epoch);
        _epoch = beat.Epoch;
        if (rebuild) Rebuild();
        _table.AskAgain();
        _updates.Begin();
    }

    // One that takes no updates may be gone, which the next beat shows, or answer otherwise: then there is no sense in telling it all again.
    private void OnUpdates(Exception? failure)
    {
        if (!_stopping.IsCancellationRequested && _state.OnUpdates(failure)) BeatSoon();
    }

    private async Task TryAsync(Task task, TimeSpan longest)
    {
        try
        {
            await task.WaitAsync(longest, _time).ConfigureAwait(false);
        }
        catch (Exception e) when (StoreState.IsFault(e))
        {
            // The lease ends by itself, and the next sweep comes.
        }
    }
}
