using System.Threading.Tasks.Sources;

namespace Relay.Client.Regions;

/// <summary>
/// The links that have a message for the receiver, each at most once, in the order in which they came. Waiting does not
/// allocate, and goes on right where the message came in, so that no other thread has to wake up. One waits at a time.
/// </summary>
internal sealed class ReadyLinks : IValueTaskSource<RegionLink>
{
    private readonly Lock _gate = new();
    private readonly Queue<RegionLink> _links = new();
    private ManualResetValueTaskSourceCore<RegionLink> _core;
    private CancellationTokenRegistration _registration;
    private bool _waiting, _closed;

    internal void Add(RegionLink link)
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                _links.Enqueue(link);
                return;
            }

            _waiting = false;
        }

        _core.SetResult(link);
    }

    internal bool TryTake(out RegionLink? link)
    {
        lock (_gate) return _links.TryDequeue(out link);
    }

    internal bool IsEmpty
    {
        get
        {
            lock (_gate) return _links.Count == 0;
        }
    }

    /// <exception cref="ObjectDisposedException">After <see cref="Close"/>, also of one that was called before.</exception>
    internal ValueTask<RegionLink> TakeAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(RelayNetwork));
            if (_links.TryDequeue(out var link)) return new ValueTask<RegionLink>(link);
            _core.Reset();
            _waiting = true;
        }

        // It may be over before this; then it is the taking that ends it.
        _registration = cancellation.UnsafeRegister(static (self, token) => ((ReadyLinks)self!).Fail(new OperationCanceledException(token)), this);
        return new ValueTask<RegionLink>(this, _core.Version);
    }

    internal void Close()
    {
        lock (_gate) _closed = true;
        Fail(new ObjectDisposedException(nameof(RelayNetwork)));
    }

    public RegionLink GetResult(short token)
    {
        // Waits for a cancellation that is running: it must not reach the next wait.
        _registration.Dispose();
        return _core.GetResult(token);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Fail(Exception cause)
    {
        lock (_gate)
        {
            if (!_waiting) return;
            _waiting = false;
        }

        _core.SetException(cause);
    }
}
