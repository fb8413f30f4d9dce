using System.Diagnostics;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Queues;
using Relay.Server.Transport;

namespace Relay.Server.Connections;

internal sealed partial class Session
{
    // Bytes that a client may bring in one go before the others have their turn: what shares the relay among busy
    // senders, by bytes, and bounds how long a gathered packet waits.
    private const int MaxGather = 64 * 1024;

    // "Not here" notices: three at once, then one a second (spec/derp.md 9.5).
    private TokenBucket _notHere = new(burst: 3, perSecond: 1);

    // To mesh peers more: each notice corrects their books.
    private TokenBucket _notHereAnyMore = new(burst: 256, perSecond: 64);

    // Bytes still to come of a frame that is thrown away.
    private int _skip;

    private async Task<EndReason> ReadFramesAsync()
    {
        // From here on nothing blocks and nothing takes long: wake-ups need no change of threads.
        if (_connection.Socket is { } socket) socket.Inline = true;
        var stream = _connection.Stream;
        var gathered = 0;
        var holdBack = false;
        for (; ; )
        {
            if (ConsumeFrames() is { } fault)
            {
                FlushTouched();
                return fault;
            }

            if (holdBack)
            {
                await HoldBackAsync().ConfigureAwait(false);
                gathered = 0;
            }

            if (gathered >= MaxGather)
            {
                FlushTouched();
                gathered = 0;
                if (Turn.Current is { } turn) await turn.Yield();
                else await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }

            // An empty read asks whether more is there, and waits for it without holding a buffer.
            var ready = stream.ReadAsync(Memory<byte>.Empty);
            if (!ready.IsCompleted)
            {
                FlushTouched();
                _buffer.Park();
                gathered = 0;
            }

            await ready.ConfigureAwait(false);
            var reading = stream.ReadAsync(_buffer.Space());
            // Inside TLS, bytes that are ready may be half a record: what was gathered must not wait for the other half.
            if (!reading.IsCompleted) FlushTouched();
            var read = await reading.ConfigureAwait(false);
            if (read == 0)
            {
                FlushTouched();
                return _buffer.IsEmpty && _skip == 0 ? EndReason.PeerClosed : EndReason.TruncatedFrame;
            }

            _buffer.Advance(read);
            gathered += read;
            holdBack = Charge(read);
        }
    }

    // Handles all whole frames in the buffer. Null to go on, or why the connection is to be closed.
    private EndReason? ConsumeFrames()
    {
        var data = _buffer.Data;
        if (data.IsEmpty) return null;
        if (_hasRival) _context.Directory.NoteActivity(this);

        var position = Math.Min(_skip, data.Length);
        _skip -= position;
        EndReason? fault = null;
        while (FrameHeader.TryRead(data[position..], out var header))
        {
            fault = Judge(header);
            if (fault is not null) break;

            var length = FrameHeader.Size + (int)header.Length;
            if (!IsHandled(header.Type))
            {
                Counters.Frames.Unknown++;
                var there = Math.Min(length, data.Length - position);
                _skip = length - there;
                position += there;
                continue;
            }

            if (data.Length - position < length) break;
            Handle(header.Type, data, position, length);
            position += length;
        }

        CloseRun(data);
        _forwardKey = default;
        _buffer.Consume(position);
        return fault;
    }

    private EndReason? Judge(FrameHeader header)
    {
        // The reference asks for rights first where a packet is forwarded, for the length first elsewhere.
        if (header.Type == FrameType.ForwardPacket && !HasMeshRights) return EndReason.NoMeshRights;
        if (!FrameLimits.RelayAccepts(header)) return EndReason.BadFrameLength;
        return header.Type is FrameType.WatchConns or FrameType.ClosePeer && !HasMeshRights ? EndReason.NoMeshRights : null;
    }

    private static bool IsHandled(FrameType type) => type
        is FrameType.SendPacket or FrameType.ForwardPacket or FrameType.Ping
        or FrameType.NotePreferred or FrameType.WatchConns or FrameType.ClosePeer;

    private void Handle(FrameType type, Span<byte> data, int position, int length)
    {
        var payload = data.Slice(position + FrameHeader.Size, length - FrameHeader.Size);
        switch (type)
        {
            case FrameType.SendPacket:
                Send(data, position, length);
                break;
            case FrameType.ForwardPacket:
                Forward(data, position, length);
                break;
            case FrameType.Ping:
                Answer(payload);
                break;
            case FrameType.NotePreferred:
                IsHome = payload[0] != 0;
                break;
            case FrameType.WatchConns:
                _context.Directory.Watch(this);
                break;
            case FrameType.ClosePeer:
                ClosePeer(new NodeKey(payload));
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void ClosePeer(NodeKey peer)
    {
        var closed = _context.Directory.CloseAll(peer);
        Log.ClosePeer(_context.Logger, peer, Key, closed);
    }

    private void Answer(ReadOnlySpan<byte> ping)
    {
        Counters.Frames.Pings++;
        Span<byte> pong = stackalloc byte[FrameWriter.PingSize];
        FrameWriter.Pong(pong, ping);
        if (!Outbox.TryAppendPong(pong)) Counters.Frames.PingsUnanswered++;
        Touch(Outbox);
    }

    // Only a discovery packet is answered: its sender would otherwise keep trying this relay (spec/derp.md 9.5).
    private void TellNotHere(NodeKey destination, PacketKind kind)
    {
        if (kind != PacketKind.Disco || !MayNotice(ref _notHere)) return;
        Span<byte> frame = stackalloc byte[FrameWriter.PeerGoneSize];
        FrameWriter.PeerGone(frame, destination, PeerGoneReason.NotHere);
        Outbox.AppendControl(frame);
        Touch(Outbox);
    }

    // A mesh peer that forwards any packet to a key that is not here has old news of it.
    private void TellNotHereAnyMore(NodeKey destination)
    {
        if (!MayNotice(ref _notHereAnyMore)) return;
        _context.Directory.TellNotHere(destination, this);
        Touch(Outbox);
    }

    private bool MayNotice(ref TokenBucket bucket)
    {
        var may = bucket.TryTake(_context.Clock.Milliseconds);
        if (may) Counters.Frames.NotHereNotices++;
        else Counters.Frames.NotHereSuppressed++;
        return may;
    }
}
