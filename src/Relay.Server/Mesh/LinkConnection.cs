using Relay.Protocol.Frames;
using Relay.Server.Connections;
using Relay.Server.Queues;

namespace Relay.Server.Mesh;

/// <summary>
/// One connection of a link, from before it is open to its end. What is to be forwarded goes through its
/// <see cref="Queues.Outbox"/>, which bounds what waits and never makes a client wait; what comes is news of the other relay's clients.
/// </summary>
internal sealed class LinkConnection : IDisposable
{
    private const int NotEnded = -1;
    private const int MaxControlBytes = 64 * 1024;

    private readonly LateStream _stream = new();
    private readonly CoarseClock _clock;
    private readonly MeshOptions _options;
    private readonly ILinkNews _news;
    private int _end = NotEnded;
    private long _heard;
    private long _nextPing;
    private long _taken;
    private long _used;

    public LinkConnection(CoarseClock clock, MeshOptions options, ILinkNews news)
    {
        (_clock, _options, _news, _used) = (clock, options, news, clock.Milliseconds);
        Outbox = new Outbox(_stream, clock, new QueueLimit(options.QueuePackets, options.QueueBytes), MaxControlBytes, _ => End(LinkEnd.WriteError));
    }

    /// <summary>What waits to be written to the other relay.</summary>
    public Outbox Outbox { get; }

    /// <summary>Serves the open connection to its end, closes it, and returns why it ended.</summary>
    public async Task<LinkEnd> RunAsync(MeshLine line)
    {
        Volatile.Write(ref _heard, _clock.Milliseconds);
        _stream.Attach(line.Stream);
        using var buffer = new ReceiveBuffer(line.Received.Span);
        try
        {
            Ask();
            End(await ReadAsync(line.Stream, buffer).ConfigureAwait(false));
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            End(LinkEnd.ReadError);
        }

        Outbox.Close(DropReason.LinkDown);
        await Outbox.WhenIdleAsync().ConfigureAwait(false);
        return (LinkEnd)_end;
    }

    /// <summary>Ends it from any thread, open or not. The first reason counts.</summary>
    public void End(LinkEnd reason)
    {
        if (Interlocked.CompareExchange(ref _end, (int)reason, NotEnded) != NotEnded) return;
        Outbox.Close(DropReason.LinkDown);
        _stream.Dispose();
    }

    /// <summary>Called by the heartbeat: asks whether the other relay is there, and ends what is dead or not needed.</summary>
    public void OnBeat(long now)
    {
        var heard = Volatile.Read(ref _heard);
        if (heard == 0) return;

        // While a slow link takes one write after the other, our question and its answer may be a while on their way.
        var alive = Math.Max(heard, Outbox.WritingSince);
        if (now - alive >= _options.SilenceTimeout.TotalMilliseconds) End(LinkEnd.Silent);
        if (!_options.Watch && IsIdle(now)) End(LinkEnd.Idle);
        if (now < _nextPing) return;
        _nextPing = now + (long)_options.PingInterval.TotalMilliseconds;
        Span<byte> ping = stackalloc byte[FrameWriter.PingSize];
        FrameWriter.Ping(ping, "mesh up?"u8);
        Outbox.AppendControl(ping);
        Outbox.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => End(LinkEnd.Stopped);

    private bool IsIdle(long now)
    {
        var taken = Outbox.Counters.Taken;
        if (taken != _taken) (_taken, _used) = (taken, now);
        return now - _used >= _options.IdleTimeout.TotalMilliseconds;
    }

    private void Ask()
    {
        if (!_options.Watch) return;
        Span<byte> frame = stackalloc byte[FrameHeader.Size];
        FrameWriter.WatchConns(frame);
        Outbox.AppendControl(frame);
        Outbox.Flush();
    }

    private async Task<LinkEnd> ReadAsync(Stream stream, ReceiveBuffer buffer)
    {
        while (Consume(buffer))
        {
            var ready = stream.ReadAsync(Memory<byte>.Empty);
            if (!ready.IsCompleted) buffer.Park();
            await ready.ConfigureAwait(false);
            var read = await stream.ReadAsync(buffer.Space()).ConfigureAwait(false);
            if (read == 0) return LinkEnd.PeerClosed;
            buffer.Advance(read);
            Volatile.Write(ref _heard, _clock.Milliseconds);
        }

        return LinkEnd.BadFrame;
    }

    // Handles all whole frames. False: the next one is too long.
    private bool Consume(ReceiveBuffer buffer)
    {
        for (; ; )
        {
            var status = Frame.TryRead(buffer.Data, FrameLimits.ClientAccepts, out var frame);
            if (status != FrameStatus.Complete) return status != FrameStatus.BadLength;
            Understand(frame.Type, frame.Payload);
            buffer.Consume(frame.TotalLength);
        }
    }

    private void Understand(FrameType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FrameType.PeerPresent when FramePayload.TryReadPacket(payload, out var present, out _):
                _news.Present(present);
                break;
            case FrameType.PeerGone when FramePayload.TryReadPeerGone(payload, out var gone, out _):
                _news.Gone(gone);
                break;
            case FrameType.Ping when payload.Length >= 8:
                Span<byte> pong = stackalloc byte[FrameWriter.PingSize];
                FrameWriter.Pong(pong, payload);
                Outbox.TryAppendPong(pong);
                Outbox.Flush();
                break;
        }
    }
}
