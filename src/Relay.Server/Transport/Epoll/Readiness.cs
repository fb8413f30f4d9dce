using System.Threading.Tasks.Sources;

namespace Relay.Server.Transport.Epoll;

/// <summary>
/// Whether a system call on a socket is worth trying, in one direction: an event loop says when it is, one reader (or
/// writer) tries and waits. Signals are edges, so the order counts: <see cref="Consume"/>, then the call, then
/// <see cref="WaitAsync(CancellationToken)"/>; an edge that comes in between is not lost.
/// </summary>
internal sealed class Readiness : IValueTaskSource<int>, IThreadPoolWorkItem
{
    private const int NotReady = 0;
    private const int Ready = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<int> _core;
    private int _state;
    private volatile bool _forGood;

    /// <summary>Whoever waits goes on upon the event loop's own thread rather than on a thread of the pool.</summary>
    public bool Inline { get; set; }

    /// <summary>Whether a system call is worth trying.</summary>
    public bool Worthwhile => Volatile.Read(ref _state) == Ready || _forGood;

    /// <summary>To be called before the system call.</summary>
    public void Consume() => Interlocked.Exchange(ref _state, NotReady);

    /// <summary>After a system call that may have left something: it is worth another one.</summary>
    public void Keep() => Volatile.Write(ref _state, Ready);

    /// <summary>The event loop saw an edge.</summary>
    public void Signal()
    {
        if (Interlocked.Exchange(ref _state, Ready) != Waiting) return;
        if (Inline) _core.SetResult(0);
        else ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>From now on every call is worth trying: it gives an end or an error.</summary>
    public void SignalForGood()
    {
        _forGood = true;
        Signal();
    }

    /// <summary>Completes with 0 when it is worth trying. One waiter at a time.</summary>
    public ValueTask<int> WaitAsync(CancellationToken cancellation)
    {
        if (Worthwhile) return default;
        cancellation.ThrowIfCancellationRequested();
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, NotReady) != NotReady) return default;
        var wait = new ValueTask<int>(this, _core.Version);
        return cancellation.CanBeCanceled ? WaitAsync(wait, cancellation) : wait;
    }

    /// <summary>Lets the waiter go on, on a thread of the pool.</summary>
    void IThreadPoolWorkItem.Execute() => _core.SetResult(0);

    int IValueTaskSource<int>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    // Disposing of the registration waits for a callback that is running, so none reaches the next wait.
    private async ValueTask<int> WaitAsync(ValueTask<int> wait, CancellationToken cancellation)
    {
        using (cancellation.UnsafeRegister(static (self, token) => ((Readiness)self!).Cancel(token), this))
            return await wait.ConfigureAwait(false);
    }

    private void Cancel(CancellationToken cancellation)
    {
        if (Interlocked.CompareExchange(ref _state, NotReady, Waiting) != Waiting) return;
        _core.SetException(new OperationCanceledException(cancellation));
    }
}
