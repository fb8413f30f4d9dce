using System.Threading.Tasks.Sources;

namespace Relay.Client.Regions;

/// <summary>
/// The messages of all links in turn, each where its connection has it, without a copy. A link is asked for its next message
/// when the receiver comes for one, so one that is not received from slows its relay down as a single connection would.
/// </summary>
/// <remarks>
/// Waiting does not allocate, and goes on right where the message came in, so that no other thread has to wake up. One receives
/// at a time.
/// </remarks>
internal sealed class MessageMerge(Func<RegionLink, RelayMessage, RelayMessage> note) : IValueTaskSource<RelayMessage>
{
    // Messages that one link may bring in a row while others wait.
    private const int Share = 64;

    private readonly Lock _gate = new();
    private readonly Queue<RegionLink> _ready = new();
    private ManualResetValueTaskSourceCore<RegionLink> _core;
    private CancellationTokenRegistration _registration;
    private RegionLink? _current;
    private int _row, _receiving;
    private bool _waiting, _closed;

    /// <summary>A link has a message. It is not asked for another before that was taken.</summary>
    internal void Add(RegionLink link)
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                _ready.Enqueue(link);
                return;
            }

            _waiting = false;
        }

        _core.SetResult(link);
    }

    /// <exception cref="InvalidOperationException">Another receive is under way.</exception>
    /// <exception cref="ObjectDisposedException">After <see cref="Close"/>, also of one that was called before.</exception>
    internal ValueTask<RelayMessage> ReceiveAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _receiving, 1) != 0) throw new InvalidOperationException("another receive is under way; one at a time was expected");
        if (Goes() is { } current) return new ValueTask<RelayMessage>(Take(current));
        RegionLink? next;
        lock (_gate)
        {
            if (_closed) return new ValueTask<RelayMessage>(Closed());
            _row = 0;
            if (!_ready.TryDequeue(out next))
            {
                _core.Reset();
                _waiting = true;
            }
        }

        if (next is not null) return new ValueTask<RelayMessage>(Take(next));

        // It may be over before this; then it is the taking that ends it.
        _registration = cancellation.UnsafeRegister(static (self, token) => ((MessageMerge)self!).Fail(new OperationCanceledException(token)), this);
        return new ValueTask<RelayMessage>(this, _core.Version);
    }

    internal void Close()
    {
        lock (_gate) _closed = true;
        Fail(new ObjectDisposedException(nameof(RelayNetwork)));
    }

    RelayMessage IValueTaskSource<RelayMessage>.GetResult(short token)
    {
        // Waits for a cancellation that is running: it must not reach the next wait.
        _registration.Dispose();
        RegionLink link;
        try
        {
            link = _core.GetResult(token);
        }
        catch
        {
            Volatile.Write(ref _receiving, 0);
            throw;
        }

        return Take(link);
    }

    ValueTaskSourceStatus IValueTaskSource<RelayMessage>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<RelayMessage>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    // The link that had the last message, if it has another at hand and its turn is not over.
    private RegionLink? Goes()
    {
        if (_current is not { } current) return null;
        _current = null;
        if (!current.Begin()) return null;
        if (_row < Share) return current;
        lock (_gate) _ready.Enqueue(current);
        return null;
    }

    private RelayMessage Take(RegionLink link)
    {
        try
        {
            _row++;
            _current = link;
            return note(link, link.Take());
        }
        finally
        {
            Volatile.Write(ref _receiving, 0);
        }
    }

    private Task<RelayMessage> Closed()
    {
        Volatile.Write(ref _receiving, 0);
        return Task.FromException<RelayMessage>(new ObjectDisposedException(nameof(RelayNetwork)));
    }

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
