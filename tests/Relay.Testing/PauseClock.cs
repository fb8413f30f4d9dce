using Microsoft.Extensions.Time.Testing;

namespace Relay.Testing;

/// <summary>
/// A clock that goes from pause to pause: who waits for time to pass need not wait, and who waits for something else has all
/// the time in the world. On a clock that just runs ahead, a machine that is busy for a moment misses every deadline.
/// </summary>
public sealed class PauseClock : FakeTimeProvider
{
    private static readonly TimeSpan Hundredth = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private readonly List<(Pause Pause, DateTimeOffset End)> _pauses = [];

    /// <summary>At the time at which all such clocks start.</summary>
    public PauseClock()
    {
    }

    /// <summary>At this time.</summary>
    public PauseClock(DateTimeOffset start)
        : base(start)
    {
    }

    /// <summary>Goes on from pause to pause until <paramref name="condition"/> holds.</summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="what">What is waited for, as in "waited 15 s for ...".</param>
    /// <param name="step">Where deadlines are to pass as well: how far to go in a hundredth of a second while nobody pauses. Default not at all.</param>
    /// <param name="within">The deadline of the wait itself; null for that of all waits.</param>
    public Task UntilAsync(Func<bool> condition, string what, TimeSpan step = default, TimeSpan? within = null)
    {
        var stepped = TimeProvider.System.GetTimestamp();
        return Eventually.True(
            () =>
            {
                // Whoever pauses now has done all that he does before it: only then is it worth asking.
                var end = EndOfNext();
                if (condition()) return true;
                if (end is { } at && at - GetUtcNow() is var left && left > TimeSpan.Zero) Advance(left);
                if (end is not null || TimeProvider.System.GetElapsedTime(stepped) < Hundredth) return false;
                Advance(step);
                stepped = TimeProvider.System.GetTimestamp();
                return false;
            },
            what,
            within);
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);

        // That of a token source is a deadline.
        if (state is CancellationTokenSource) return timer;
        var pause = new Pause(this, timer);
        Note(pause, dueTime, period);
        return pause;
    }

    private DateTimeOffset? EndOfNext()
    {
        lock (_gate)
        {
            _pauses.RemoveAll(pause => pause.End <= GetUtcNow());
            return _pauses.Count > 0 ? _pauses.Min(pause => pause.End) : null;
        }
    }

    // What comes again and again is no pause: nobody waits for it to end.
    private void Note(Pause pause, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            _pauses.RemoveAll(one => one.Pause == pause);
            if (dueTime > TimeSpan.Zero && period <= TimeSpan.Zero) _pauses.Add((pause, GetUtcNow() + dueTime));
        }
    }

    // Noted after the timer is made or changed, so that its end is none too early.
    private sealed class Pause(PauseClock clock, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            clock.Note(this, dueTime, period);
            return changed;
        }

        public void Dispose()
        {
            timer.Dispose();
            clock.Note(this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
