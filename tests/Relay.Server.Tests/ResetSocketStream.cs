using System.Net.Sockets;
using Relay.Server.Transport;
using Relay.Testing;

namespace Relay.Server.Tests;

/// <summary>A socket whose peer sends once more and resets: what it sent is read, and whatever is tried then fails at once.</summary>
internal sealed class ResetSocketStream(DuplexStream inner, TimeProvider time)
    : SocketStream(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), time)
{
    private bool _isReset;

    public bool AfterNextRead { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isReset) return buffer.IsEmpty ? 0 : throw new IOException("the connection was reset");
        var read = await inner.ReadAsync(buffer, cancellationToken);
        _isReset = AfterNextRead && read > 0;
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    private protected override int Peek(Span<byte> buffer) => throw new NotSupportedException();

    private protected override void Reset() => inner.Abort();

    protected override void Dispose(bool disposing)
    {
        if (disposing) Socket.Dispose();
        base.Dispose(disposing);
    }
}
