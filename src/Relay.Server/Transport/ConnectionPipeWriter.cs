using System.IO.Pipelines;

namespace Relay.Server.Transport;

/// <summary>
/// Writes for Kestrel, which expects a pipe that ends when the peer is gone, and not one that throws: a failed write
/// aborts the connection, so that requests under way are told, and from then on whatever is written is thrown away.
/// </summary>
internal sealed class ConnectionPipeWriter(PipeWriter inner, Action abort) : PipeWriter
{
    private static readonly FlushResult Gone = new(isCanceled: false, isCompleted: true);

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        GuardedAsync(inner.FlushAsync(cancellationToken));

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        GuardedAsync(inner.WriteAsync(source, cancellationToken));

    private ValueTask<FlushResult> GuardedAsync(ValueTask<FlushResult> write) => write.IsCompletedSuccessfully ? write : AwaitAsync(write);

    private async ValueTask<FlushResult> AwaitAsync(ValueTask<FlushResult> write)
    {
        try
        {
            return await write.ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            abort();
            return Gone;
        }
    }
}
