using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Relay.Server.Http;

/// <summary>
/// A WebSocket as the byte stream that DERP wants (spec/derp.md 6): the bounds of incoming messages mean nothing, outgoing
/// ones are binary and at most 32 KiB, the reference's limit. A text message ends it with close code 1003, a message
/// above 1 MiB with 1009; both look like an <see cref="IOException"/> to the reader.
/// </summary>
/// <remarks>The framework's own WebSocketStream takes text for data and bounds messages in neither direction.</remarks>
internal sealed class WebSocketStream(WebSocket socket, TimeSpan closeTimeout, TimeProvider time) : Stream
{
    public const int MaxIncoming = 1024 * 1024;
    public const int MaxOutgoing = 32 * 1024;

    private int _messageLength;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_ended)
        {
            var result = await ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            switch (result.MessageType)
            {
                case WebSocketMessageType.Close:
                    _ended = true;
                    ThrowUnlessOrderly(socket.CloseStatus);
                    return 0;
                case WebSocketMessageType.Text:
                    return await RefuseAsync(WebSocketCloseStatus.InvalidMessageType, "DERP takes binary messages").ConfigureAwait(false);
            }

            _messageLength += result.Count;
            if (_messageLength > MaxIncoming)
                return await RefuseAsync(WebSocketCloseStatus.MessageTooBig, "a message may have 1 MiB").ConfigureAwait(false);
            if (result.EndOfMessage) _messageLength = 0;

            // An empty message is no end of the stream. An empty buffer was only meant to wait.
            if (result.Count > 0 || buffer.IsEmpty) return result.Count;
        }

        return 0;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            for (; buffer.Length > MaxOutgoing; buffer = buffer[MaxOutgoing..])
                await socket.SendAsync(buffer[..MaxOutgoing], WebSocketMessageType.Binary, true, cancellationToken).ConfigureAwait(false);
            if (!buffer.IsEmpty) await socket.SendAsync(buffer, WebSocketMessageType.Binary, true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException("the WebSocket broke while writing", e);
        }
    }

    /// <summary>
    /// Says <paramref name="status"/>, unless something was said already, and waits for the client's answer. Both within the
    /// deadline, after which the connection is cut. Does not throw. Nothing else may read or write any more.
    /// </summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string? reason)
    {
        using var deadline = new CancellationTokenSource(closeTimeout, time);
        try
        {
            await socket.CloseAsync(status, reason, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            socket.Abort();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("use ReadAsync");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("use WriteAsync");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            _ended = true;
            throw new IOException("the WebSocket broke while reading", e);
        }
    }

    private async ValueTask<int> RefuseAsync(WebSocketCloseStatus status, string reason)
    {
        _ended = true;
        using var deadline = new CancellationTokenSource(closeTimeout, time);
        try
        {
            await socket.CloseOutputAsync(status, reason, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It broke first.
        }

        throw new IOException($"the WebSocket client broke the rules: {reason}");
    }

    /// <summary>Codes 1000 and 1001, and a close without a code, are ends like that of a TCP stream.</summary>
    private static void ThrowUnlessOrderly(WebSocketCloseStatus? status)
    {
        if (status is null or WebSocketCloseStatus.NormalClosure or WebSocketCloseStatus.EndpointUnavailable or WebSocketCloseStatus.Empty) return;
        throw new IOException($"the WebSocket client closed with code {(int)status}");
    }
}
