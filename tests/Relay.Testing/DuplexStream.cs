namespace Relay.Testing;

/// <summary>
/// One end of a connection in memory: what one end writes the other reads. Bounded, so that a reader that stops makes
/// the writer wait, as on a socket. One reader and one writer at a time.
/// </summary>
/// <remarks>
/// A read into an empty buffer waits until there is something to read. Disposing one end lets the other read what is
/// still on its way and then the end of the stream; its writes fail. <see cref="Abort"/> is a reset.
/// </remarks>
public sealed class DuplexStream : Stream
{
    /// <summary>Bytes on their way in each direction before a write waits, unless told otherwise.</summary>
    public const int DefaultCapacity = 64 * 1024;

    private readonly ByteChannel _incoming;
    private readonly ByteChannel _outgoing;
    private bool _disposed;

    private DuplexStream(ByteChannel incoming, ByteChannel outgoing) => (_incoming, _outgoing) = (incoming, outgoing);

    /// <inheritdoc/>
    public override bool CanRead => !_disposed;

    /// <inheritdoc/>
    public override bool CanWrite => !_disposed;

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

    /// <summary>Two connected ends.</summary>
    /// <param name="capacity">Bytes on their way in each direction before a write waits.</param>
    public static (DuplexStream Client, DuplexStream Server) CreatePair(int capacity = DefaultCapacity)
    {
        var (up, down) = (new ByteChannel(capacity), new ByteChannel(capacity));
        return (new DuplexStream(down, up), new DuplexStream(up, down));
    }

    /// <summary>From now on reads at this end wait, whatever arrives; the other end's writes wait once the capacity is used up.</summary>
    public void StopReading() => _incoming.Pause(true);

    /// <summary>Undoes <see cref="StopReading"/>.</summary>
    public void ResumeReading() => _incoming.Pause(false);

    /// <summary>Completes when the other end has used up the capacity, so that its next byte has to wait for a read here.</summary>
    public Task WhenFullAsync() => _incoming.WhenFullAsync();

    /// <summary>Completes when the other end has read all that was written here, and waits for more.</summary>
    public Task WhenReadToTheEndAsync() => _outgoing.WhenReadToTheEndAsync();

    /// <summary>The other end reads the end of the stream after what was written; reading goes on here.</summary>
    public void CompleteWrites() => _outgoing.Complete();

    /// <summary>Resets the connection: reads and writes at both ends fail with <see cref="IOException"/>, now and later.</summary>
    public void Abort()
    {
        var reset = new IOException("the connection was reset");
        _incoming.Break(reset);
        _outgoing.Break(reset);
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _incoming.ReadAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _outgoing.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

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

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!disposing || _disposed) return;
        _disposed = true;
        _outgoing.Complete();
        _incoming.Break(new IOException("the connection was closed by the reading end"));
        base.Dispose(disposing);
    }
}
