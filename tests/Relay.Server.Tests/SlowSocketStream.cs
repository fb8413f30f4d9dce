using System.Net.Sockets;
using Relay.Server.Transport;
using Relay.Testing;

namespace Relay.Server.Tests;

/// <summary>A socket whose peer, once it is slow, takes some of the write under way when a test says so, and never all of it.</summary>
internal sealed class SlowSocketStream(DuplexStream inner, TimeProvider time)
    : SocketStream(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), time)
{
    private readonly TaskCompletionSource _write = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Slow { get; set; }

    /// <summary>What the peer's kernel has acknowledged; null when ours does not tell.</summary>
    public long? Taken { get; set; }

    internal override long? Acknowledged => Taken;

    public void TakeSome() => WriteWaits();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!Slow) return inner.WriteAsync(buffer, cancellationToken);
        WriteWaits();
        return new ValueTask(_write.Task);
    }

    private protected override int Peek(Span<byte> buffer) => throw new NotSupportedException();

    private protected override void Reset()
    {
        inner.Abort();
        _write.TrySetException(new IOException("the connection was ended here"));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Socket.Dispose();
        base.Dispose(disposing);
    }
}
