using HdrHistogram;
using Relay.LoadTest.Derp;
using Relay.LoadTest.Measuring;

namespace Relay.LoadTest.Traffic;

/// <summary>Packets from one client to another, and what became of them. Belongs to one worker.</summary>
internal abstract class Flow
{
    private readonly Endpoint _from;
    private readonly Endpoint _to;
    private readonly RunClock _clock;
    private readonly LongHistogram _latencies;
    private readonly byte[] _write;
    private readonly byte[] _reply;
    private readonly int _firstFrame;
    private readonly int _frameSize;

    private protected Flow(int id, FlowPlan plan, Endpoint from, Endpoint to, RunClock clock, LongHistogram latencies)
    {
        (Plan, _from, _to, _clock, _latencies) = (plan, from, to, clock, latencies);
        var frame = new byte[plan.Size + Protocol.Frames.FrameWriter.PacketOverhead];
        _frameSize = Packet.WriteFrame(frame, to.Key, id, plan.Size, plan.Disco);
        byte[] frames = [.. Enumerable.Repeat(frame, plan.Batch).SelectMany(one => one)];
        _write = from.WebSocket ? WebSocketFraming.Wrap(frames) : frames;
        _firstFrame = _write.Length - frames.Length;
        Packet.WriteFrame(frame, from.Key, id, plan.Size, plan.Disco);
        _reply = to.WebSocket ? WebSocketFraming.Wrap(frame) : frame;
        from.Outgoing.Add(this);
        (plan.Echo ? from : to).Incoming.Add(this);
    }

    internal FlowPlan Plan { get; }

    internal FlowCounters Counters { get; } = new();

    /// <summary>When <see cref="Advance"/> is to be called even if nothing happens.</summary>
    internal abstract long NextDue { get; }

    /// <summary>Its connection takes nothing now.</summary>
    internal bool IsBlocked => _from.IsBlocked;

    private protected long Number { get; private set; }

    private protected RunClock Clock => _clock;

    /// <summary>Sends what can be sent now.</summary>
    internal abstract void Advance(long now);

    /// <summary>One of its packets is here: back at its sender if it is echoed, else at its receiver.</summary>
    internal void OnPacket(Endpoint at, long due, long number, int bytes, long now)
    {
        if (Plan.Echo && at == _to)
        {
            Echo(due, number);
            return;
        }

        Counters.Arrive(bytes);
        if (_clock.Measures(due))
        {
            Counters.Delivered++;
            _latencies.RecordValue(Latencies.Clamp(now - due));
        }

        Arrived(number);
    }

    private protected abstract void Arrived(long number);

    /// <summary>Writes one batch, due at this time. Only while not blocked.</summary>
    private protected void WriteBatch(long due)
    {
        for (var i = 0; i < Plan.Batch; i++) Packet.Stamp(_write.AsSpan(_firstFrame + i * _frameSize), due, Number++);
        _from.Write(_write);
        if (!_clock.Measures(due)) return;
        Counters.Offered += Plan.Batch;
        Counters.Sent += Plan.Batch;
    }

    // A receiver that cannot send loses what it cannot send: a tunnel's own queue would be full as well.
    private void Echo(long due, long number)
    {
        if (_to.IsBlocked) return;
        Packet.Stamp(_reply.AsSpan(_reply.Length - _frameSize), due, number);
        _to.Write(_reply);
    }
}
