using System.Threading.Tasks.Sources;

namespace Relay.Client.Connections;

/// <summary>A sender that waits for room; reusable, so that waiting does not allocate.</summary>
internal sealed class SendWaiter : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private int _done;
    private bool _cancelable;

    public ValueTask Task => new(this, _core.Version);

    public void Start(CancellationToken cancellation)
    {
        _core.Reset();
        _done = 0;
        _cancelable = cancellation.CanBeCanceled;
        _registration = cancellation.UnsafeRegister(static (self, token) => ((SendWaiter)self!).Cancel(token), this);
    }

    public void Release()
    {
        if (Interlocked.Exchange(ref _done, 1) == 0) _core.SetResult(true);
    }

    /// <summary>
    /// After the wait: whether this waiter may be used again. Not when its cancellation has begun to run, since that could
    /// reach the next wait.
    /// </summary>
    public bool Stop() => !_cancelable || _registration.Unregister();

    public void GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (Interlocked.Exchange(ref _done, 1) == 0) _core.SetException(new OperationCanceledException(token));
    }
}
