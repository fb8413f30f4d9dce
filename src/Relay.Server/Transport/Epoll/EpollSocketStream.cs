using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Relay.Server.Transport.Epoll;

/// <summary>
/// A socket served by an <see cref="EventLoop"/>. It asks the kernel for nothing that the last answer already told: a read
/// that did not fill its buffer has emptied the socket, so the next one waits for the loop without a call.
/// </summary>
internal sealed class EpollSocketStream : SocketStream
{
    // Bytes that are read in one go before the others of the loop have their turn, whatever TLS makes of them: it may read on
    // and on, for records of a byte or of nothing, while whoever counts packets hears of little.
    private const int MaxBurst = 128 * 1024;

    private readonly EventLoop _loop;
    private readonly Readiness _readable = new();
    private readonly Readiness _writable = new();
    private readonly ulong _id;
    private int _burst;
    private int _removed;

    /// <exception cref="SocketException">The kernel has no room for one more, or the connection is gone.</exception>
    public EpollSocketStream(Socket socket, EventLoop loop, TimeProvider time)
        : base(socket, time)
    {
        _loop = loop;
        socket.Blocking = false;
        _id = loop.Add(this);
    }

    public override bool Inline
    {
        get => _readable.Inline;
        set => _readable.Inline = _writable.Inline = value;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return WaitAsync(cancellationToken);
        if (_burst >= MaxBurst) return ReadInTurnAsync(buffer, cancellationToken);
        try
        {
            return _readable.Worthwhile && Receive(buffer.Span) is var read and >= 0 ? new(read) : ReadSlowAsync(buffer, cancellationToken);
        }
        catch (Exception e)
        {
            return ValueTask.FromException<int>(e);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var sent = Send(buffer.Span);
            return sent == buffer.Length ? default : WriteSlowAsync(buffer[sent..], cancellationToken);
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
        }
    }

    /// <summary>Called by the loop.</summary>
    public void OnEvents(uint events)
    {
        if ((events & (Libc.HangUp | Libc.PeerClosed | Libc.Error)) != 0) _readable.SignalForGood();
        else if ((events & Libc.In) != 0) _readable.Signal();

        if ((events & (Libc.HangUp | Libc.Error)) != 0) _writable.SignalForGood();
        else if ((events & Libc.Out) != 0) _writable.Signal();
    }

    private protected override int Peek(Span<byte> buffer) => Receive(buffer, Libc.Peek);

    private protected override void Reset()
    {
        try
        {
            Libc.Disconnect(Socket.SafeHandle, default, UnspecifiedAddress.Size);
        }
        catch (ObjectDisposedException)
        {
            return;
        }

        // Whoever waits finds the connection reset. Not on this thread: it may hold locks.
        ThreadPool.UnsafeQueueUserWorkItem(static self => self.OnEvents(Libc.Error), this, preferLocal: false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _removed, 1) == 0)
        {
            _loop.Remove(_id, Socket.SafeHandle);
            Socket.Dispose();
            _readable.SignalForGood();
            _writable.SignalForGood();
        }

        base.Dispose(disposing);
    }

    // What was received, 0 at the end, -1 when there is nothing now.
    private int Receive(Span<byte> buffer, int flags = 0)
    {
        while (true)
        {
            _readable.Consume();
            var read = (int)Libc.Receive(Socket.SafeHandle, ref MemoryMarshal.GetReference(buffer), buffer.Length, flags);
            if (read >= 0)
            {
                _burst += read;
                if (read == buffer.Length || read == 0 || flags == Libc.Peek) _readable.Keep();
                return Aborted ? throw Gone(null) : read;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == Libc.WouldBlock) return -1;
            if (error != Libc.Interrupted) throw Gone(error);
        }
    }

    // How much was taken.
    private int Send(ReadOnlySpan<byte> buffer)
    {
        var sent = 0;
        while (sent < buffer.Length)
        {
            _writable.Consume();
            var left = buffer[sent..];
            var taken = (int)Libc.Send(Socket.SafeHandle, in MemoryMarshal.GetReference(left), left.Length, Libc.NoSignal);
            if (taken >= 0)
            {
                sent += taken;
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == Libc.WouldBlock) break;
            if (error != Libc.Interrupted) throw Gone(error);
        }

        return sent;
    }

    private ValueTask<int> WaitAsync(CancellationToken cancellation)
    {
        var wait = _readable.WaitAsync(cancellation);
        if (!wait.IsCompleted) _burst = 0;
        return wait;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadInTurnAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        _burst = 0;
        if (Turn.Current is { } turn) await turn.Yield();
        else await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        cancellation.ThrowIfCancellationRequested();
        return await ReadAsync(buffer, cancellation).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadSlowAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            await WaitAsync(cancellation).ConfigureAwait(false);
            if (Receive(buffer.Span) is var read and >= 0) return read;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteSlowAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        while (!buffer.IsEmpty)
        {
            WriteWaits();
            await _writable.WaitAsync(cancellation).ConfigureAwait(false);
            buffer = buffer[Send(buffer.Span)..];
        }
    }

    private IOException Gone(int? error) => Aborted || error is null
        ? new IOException("the connection was ended here")
        : new IOException($"the connection is gone: {Marshal.GetPInvokeErrorMessage(error.Value)}");
}
