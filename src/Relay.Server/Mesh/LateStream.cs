namespace Relay.Server.Mesh;

/// <summary>Takes writes for a connection that is still being opened: the first one waits for it.</summary>
internal sealed class LateStream : WriteOnlyStream
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Stream? _stream;
    private volatile bool _closed;

    /// <summary>Writes go here from now on.</summary>
    public void Attach(Stream stream)
    {
        _stream = stream;
        if (_closed) stream.Dispose();
        _opened.TrySetResult(stream);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _stream is { } stream ? stream.WriteAsync(buffer, cancellationToken) : WriteLateAsync(buffer, cancellationToken);

    /// <summary>Fails all writes, under way and to come, and closes what is attached or will be. Thread safe.</summary>
    protected override void Dispose(bool disposing)
    {
        _closed = true;
        _stream?.Dispose();
        _opened.TrySetException(new IOException("the link was closed"));
        _ = _opened.Task.Exception; // seen: nobody may ever write
        base.Dispose(disposing);
    }

    private async ValueTask WriteLateAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        var stream = await _opened.Task.ConfigureAwait(false);
        await stream.WriteAsync(buffer, cancellation).ConfigureAwait(false);
    }
}
