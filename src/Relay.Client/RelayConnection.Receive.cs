using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Relay.Client.Connections;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;

namespace Relay.Client;

public sealed partial class RelayConnection
{
    private int _receiving;

    /// <summary>
    /// The next message. Its payload lies in the connection's buffer and is valid until the next call. Answers the relay's
    /// pings by itself. One call at a time.
    /// </summary>
    /// <remarks>
    /// A cancelled call leaves a raw connection usable, and nothing is lost; over WebSocket it ends the connection, since the
    /// framework's WebSocket does not survive it.
    /// </remarks>
    /// <exception cref="RelayException">The connection is over. All later calls throw the same.</exception>
    /// <exception cref="InvalidOperationException">Another receive is under way.</exception>
    public ValueTask<RelayMessage> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _receiving, 1) != 0) throw new InvalidOperationException("another receive is under way; one at a time was expected");
        try
        {
            ThrowIfOver();
            if (!TryReceive(out var message)) return ReceiveSlowAsync(cancellationToken);
            Volatile.Write(ref _receiving, 0);
            return new ValueTask<RelayMessage>(message);
        }
        catch (Exception e)
        {
            Volatile.Write(ref _receiving, 0);
            if (e is RelayException failure) Fail(failure);
            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<RelayMessage> ReceiveSlowAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                _watch.BeginRead();
                var read = await _input.FillAsync(cancellation).ConfigureAwait(false);
                _watch.EndRead();
                if (read == 0) throw Ended();
                if (TryReceive(out var message)) return message;
            }
        }
        catch (Exception e)
        {
            _watch.EndRead();
            if (e is OperationCanceledException && cancellation.IsCancellationRequested && Transport == RelayTransport.Raw) throw;
            Fail(Broken(e));
            if (e is OperationCanceledException && cancellation.IsCancellationRequested) throw;
            throw _disposed ? new ObjectDisposedException(nameof(RelayConnection)) : _failure!.Again();
        }
        finally
        {
            Volatile.Write(ref _receiving, 0);
        }
    }

    // The next frame that says something, out of those at hand.
    private bool TryReceive(out RelayMessage message)
    {
        while (_input.TryTake(out var type, out var payload))
        {
            if (Understand(type, payload) is not { } understood) continue;
            message = understood;
            return true;
        }

        message = default;
        return false;
    }

    // Null for what is skipped: frames of unknown types, and those shorter than their type needs (spec/derp.md 7.3).
    private RelayMessage? Understand(FrameType type, ReadOnlyMemory<byte> payload)
    {
        switch (type)
        {
            case FrameType.RecvPacket when payload.Length is >= NodeKey.Size and <= FrameLimits.MaxPacketPayload:
                return Keyed(RelayMessageKind.Packet, payload);
            case FrameType.PeerGone when payload.Length >= NodeKey.Size:
                return Keyed(RelayMessageKind.PeerGone, payload);
            case FrameType.PeerPresent when payload.Length >= NodeKey.Size:
                return Keyed(RelayMessageKind.PeerPresent, payload);
            case FrameType.KeepAlive:
                return new RelayMessage(RelayMessageKind.KeepAlive, default, payload);
            case FrameType.Health:
                return new RelayMessage(RelayMessageKind.Health, default, payload);
            case FrameType.Restarting when payload.Length >= 8:
                return new RelayMessage(RelayMessageKind.Restarting, default, payload);
            case FrameType.Ping when payload.Length >= 8:
                _output.SendIfRoom(OutgoingFrame.Plain(FrameType.Pong, payload[..8]));
                return new RelayMessage(RelayMessageKind.Ping, default, payload);
            case FrameType.Pong when payload.Length >= 8 && !_pings.TryComplete(BinaryPrimitives.ReadUInt64BigEndian(payload.Span)):
                return new RelayMessage(RelayMessageKind.Pong, default, payload);
            case FrameType.ServerInfo:
                return Renewed(payload);
            default:
                return null;
        }
    }

    private static RelayMessage Keyed(RelayMessageKind kind, ReadOnlyMemory<byte> payload) =>
        new(kind, new NodeKey(payload.Span[..NodeKey.Size]), payload[NodeKey.Size..]);

    private RelayMessage Renewed(ReadOnlyMemory<byte> payload)
    {
        ServerInfo = ServerInfo.TryRead(payload.Span, _options.PrivateKey, ServerKey)
            ?? throw new RelayException(RelayError.ProtocolError, $"{Name} sent a ServerInfo that does not open; the connection is closed");
        _output.Limiter(TokenBucket.For(ServerInfo, _options.TimeProvider));
        return new RelayMessage(RelayMessageKind.ServerInfo, default, payload);
    }

    private void ThrowIfOver()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_failure is not null) throw _failure.Again();
    }

    private RelayException Ended() => new(RelayError.Closed, _input.InsideFrame
        ? $"{Name} closed the connection within a frame"
        : $"{Name} closed the connection");
}
