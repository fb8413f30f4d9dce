using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Relay.Server.Transport;

/// <summary>A socket served by .NET's own engine: everywhere but on Linux.</summary>
internal sealed class PortableSocketStream : SocketStream
{
    // A pending write counts as stuck from the last piece that the kernel took; 32 KiB is two TLS records.
    private const int MaxPiece = 32 * 1024;

    private readonly NetworkStream _inner;

    public PortableSocketStream(Socket socket, TimeProvider time)
        : base(socket, time) => _inner = new NetworkStream(socket, ownsSocket: true);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _inner.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length > MaxPiece) return WritePiecesAsync(buffer, cancellationToken);
        var write = _inner.WriteAsync(buffer, cancellationToken);
        if (!write.IsCompletedSuccessfully) return FinishAsync(write);
        write.GetAwaiter().GetResult();
        return default;
    }

    private protected override int Peek(Span<byte> buffer) => Socket.Receive(buffer, SocketFlags.Peek);

    private protected override void Reset() => Socket.Close(0);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inner.Dispose();
        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FinishAsync(ValueTask write)
    {
        WriteWaits();
        await write.ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WritePiecesAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        for (; buffer.Length > MaxPiece; buffer = buffer[MaxPiece..])
            await WriteAsync(buffer[..MaxPiece], cancellation).ConfigureAwait(false);
        await WriteAsync(buffer, cancellation).ConfigureAwait(false);
    }
}
