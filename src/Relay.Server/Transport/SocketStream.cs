using System.Buffers;
using System.Net.Sockets;

namespace Relay.Server.Transport;

/// <summary>
/// An accepted socket as a stream, without buffers of its own. One read and one write may be under way at once; neither
/// allocates. A read into an empty buffer waits until there is something to read; a write takes all of its bytes.
/// Faults of the connection are <see cref="IOException"/>s.
/// </summary>
public abstract class SocketStream : Stream
{
    // What a closing connection may still send us before we stop listening to it.
    private const int MaxLinger = 256 * 1024;

    private readonly TimeProvider _time;
    private long _writeGotOn;
    private int _state;

    private protected SocketStream(Socket socket, TimeProvider time) => (Socket, _time) = (socket, time);

    private enum State
    {
        Open,
        Closing,
        Aborted,
    }

    /// <summary>The socket; for its addresses and options, not to be read from or written to.</summary>
    public Socket Socket { get; }

    /// <summary>
    /// The <see cref="TimeProvider.GetTimestamp"/> at which a write last began to wait for the peer, or waited again after the
    /// peer had taken some of it; 0 when none ever had to. For a tick that ends connections whose peer takes nothing. Safe
    /// from any thread.
    /// </summary>
    public long WriteGotOn => Volatile.Read(ref _writeGotOn);

    /// <summary>Bytes of all that was written that the peer's kernel has acknowledged; null where the kernel does not tell.</summary>
    internal virtual long? Acknowledged => TcpInfo.Of(Socket)?.Acknowledged;

    /// <summary>True once <see cref="Abort"/> was called.</summary>
    public bool Aborted => Volatile.Read(ref _state) == (int)State.Aborted;

    /// <summary>
    /// Whether reads and writes that had to wait go on upon the thread that serves the socket. Saves a change of threads
    /// for each wake-up, but is only for those who never block and never compute for long. Default false.
    /// </summary>
    public virtual bool Inline { get; set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public abstract override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Nothing is read in a way that blocks.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously");

    /// <summary>Nothing is written in a way that blocks.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("write asynchronously");

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>
    /// Ends the connection at once with a TCP reset: pending reads and writes fail, and unsent bytes are thrown away.
    /// From any thread, any number of times.
    /// </summary>
    public void Abort()
    {
        if (Interlocked.Exchange(ref _state, (int)State.Aborted) != (int)State.Aborted) Reset();
    }

    /// <summary>
    /// Ends the connection so that what was sent still arrives: says so with a FIN and hears the peer out, since closing
    /// with unread bytes would reset the connection. Cut after <paramref name="timeout"/>. Does not throw.
    /// </summary>
    internal async ValueTask CloseAsync(TimeSpan timeout)
    {
        if (Interlocked.CompareExchange(ref _state, (int)State.Closing, (int)State.Open) == (int)State.Open)
        {
            Inline = false;
            var scrap = ArrayPool<byte>.Shared.Rent(4096);
            try
            {
                Socket.Shutdown(SocketShutdown.Send);
                using var deadline = new CancellationTokenSource(timeout, _time);
                for (int heard = 0, read = 1; read > 0 && heard < MaxLinger; heard += read)
                    read = await ReadAsync(scrap, deadline.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The peer went first, or takes too long.
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(scrap);
            }
        }

        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until there is something to read and looks at it without taking it; 0 at the end.</summary>
    internal async ValueTask<int> PeekAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            await ReadAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
            if (Peek(buffer.Span) is var seen and >= 0) return seen;
        }
    }

    /// <summary>What is there to be read, copied and left there: 0 at the end, -1 when there was nothing after all.</summary>
    private protected abstract int Peek(Span<byte> buffer);

    /// <summary>Ends the connection with a TCP reset so that pending calls fail. Called once.</summary>
    private protected abstract void Reset();

    /// <summary>A write waits, or got on and waits again.</summary>
    // 0 means "none ever waited", which a clock may show at its start.
    private protected void WriteWaits() => Volatile.Write(ref _writeGotOn, Math.Max(1, _time.GetTimestamp()));
}
