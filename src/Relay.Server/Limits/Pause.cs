using System.Threading.Tasks.Sources;

namespace Relay.Server.Limits;

/// <summary>A wait that can be cut short, again and again without allocating. One waiter at a time.</summary>
internal sealed class Pause : IValueTaskSource, IDisposable
{
    private readonly ITimer _timer;
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private int _waiting;

    public Pause(TimeProvider time) =>
        _timer = time.CreateTimer(static pause => ((Pause)pause!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Completes after <paramref name="length"/>, or when woken.</summary>
    public ValueTask WaitAsync(TimeSpan length)
    {
        _core.Reset();
        Volatile.Write(ref _waiting, 1);
        _timer.Change(length, Timeout.InfiniteTimeSpan);
        return new ValueTask(this, _core.Version);
    }

    /// <summary>Ends the wait, if there is one. From any thread.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _waiting, 0) == 1) _core.SetResult(true);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
