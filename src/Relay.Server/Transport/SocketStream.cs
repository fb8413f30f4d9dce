using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Relay.Server.Transport;

/// <summary>
/// An accepted socket as a stream, without buffers of its own. One read and one write may be under way at once; neither
/// allocates. A read into an empty buffer waits until there is something to read; a write takes all of its bytes.
/// Faults of the connection are <see cref="IOException"/>s.
/// </summary>
public sealed class SocketStream : NetworkStream
{
    // A pending write counts as stuck from the last piece that the kernel took; 32 KiB is two TLS records.
    private const int MaxPiece = 32 * 1024;

    // What a closing connection may still send us before we stop listening to it.
    private const int MaxLinger = 256 * 1024;

    private readonly TimeProvider _time;
    private long _writePendingSince;
    private int _state;

    internal SocketStream(Socket socket, TimeProvider time)
        : base(socket, ownsSocket: true) => _time = time;

    private enum State
    {
        Open,
        Closing,
        Aborted,
    }

    /// <summary>
    /// The <see cref="TimeProvider.GetTimestamp"/> at which the write that is waiting for the peer last got on; 0 when none
    /// waits. For a tick that ends connections whose peer takes nothing. Safe from any thread.
    /// </summary>
    public long WritePendingSince => Volatile.Read(ref _writePendingSince);

    /// <summary>True once <see cref="Abort"/> was called.</summary>
    public bool Aborted => Volatile.Read(ref _state) == (int)State.Aborted;

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length > MaxPiece) return WritePiecesAsync(buffer, cancellationToken);
        var write = base.WriteAsync(buffer, cancellationToken);
        if (!write.IsCompletedSuccessfully) return FinishAsync(write);
        write.GetAwaiter().GetResult();
        return default;
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>
    /// Ends the connection at once with a TCP reset: pending reads and writes fail, and unsent bytes are thrown away.
    /// From any thread, any number of times.
    /// </summary>
    public void Abort()
    {
        if (Interlocked.Exchange(ref _state, (int)State.Aborted) == (int)State.Aborted) return;
        Socket.Close(0);
    }

    /// <summary>
    /// Ends the connection so that what was sent still arrives: says so with a FIN and hears the peer out, since closing
    /// with unread bytes would reset the connection. Cut after <paramref name="timeout"/>. Does not throw.
    /// </summary>
    internal async ValueTask CloseAsync(TimeSpan timeout)
    {
        if (Interlocked.CompareExchange(ref _state, (int)State.Closing, (int)State.Open) == (int)State.Open)
        {
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

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FinishAsync(ValueTask write)
    {
        // 0 means "none waits", which a clock may show at its start.
        Volatile.Write(ref _writePendingSince, Math.Max(1, _time.GetTimestamp()));
        try
        {
            await write.ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _writePendingSince, 0);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WritePiecesAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        for (; buffer.Length > MaxPiece; buffer = buffer[MaxPiece..])
            await WriteAsync(buffer[..MaxPiece], cancellation).ConfigureAwait(false);
        await WriteAsync(buffer, cancellation).ConfigureAwait(false);
    }
}
