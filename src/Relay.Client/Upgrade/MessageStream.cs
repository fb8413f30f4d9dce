using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Relay.Client.Upgrade;

/// <summary>
/// DERP's byte stream in binary WebSocket messages (spec/derp.md 6): message boundaries mean nothing when reading; no message
/// written is longer than 32 KiB, since the reference relay refuses longer ones.
/// </summary>
internal sealed class MessageStream(WebSocket socket) : AsyncOnlyStream
{
    internal const int MaxMessage = 32 * 1024;

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private bool _ended;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_ended)
        {
            var result = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            switch (result.MessageType)
            {
                case WebSocketMessageType.Close:
                    _ended = true;
                    break;
                case WebSocketMessageType.Text:
                    throw new RelayException(RelayError.ProtocolError, "the relay sent a text message over WebSocket; only binary ones are allowed");
                default:
                    // An empty message is no end.
                    if (result.Count > 0 || buffer.IsEmpty) return result.Count;
                    break;
            }
        }

        return 0; // also to whoever asks again, as after a read of no bytes
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.Length <= MaxMessage ? socket.SendAsync(buffer, WebSocketMessageType.Binary, true, cancellationToken) : SplitAsync(buffer, cancellationToken);

    /// <summary>Says goodbye (code 1000) where the connection still stands, without waiting for the answer.</summary>
    public override async ValueTask DisposeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(CloseTimeout);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It is being closed: that it had gone already changes nothing.
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) socket.Dispose();
        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SplitAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        while (!buffer.IsEmpty)
        {
            var part = buffer[..Math.Min(buffer.Length, MaxMessage)];
            await socket.SendAsync(part, WebSocketMessageType.Binary, true, cancellation).ConfigureAwait(false);
            buffer = buffer[part.Length..];
        }
    }
}
