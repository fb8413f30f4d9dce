using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Queues;
using Relay.Server.Transport;

namespace Relay.Server.Connections;

/// <summary>The run of packets at hand, and the outboxes that got one and are to be written.</summary>
internal sealed partial class Session
{
    private readonly List<Outbox> _touched = [];

    // The run: frames that have become one piece from _runStart on. The next frame continues it if it begins at _runNext.
    private Outbox? _runTarget;
    private bool _runToLink;
    private PacketKind _runKind;
    private int _runStart;
    private int _runLength;
    private int _runNext;
    private int _runCount;

    // Of a run that a mesh peer forwards; zero in all others.
    private NodeKey _runSource;
    private NodeKey _runDestination;

    private bool Continues(int position, PacketKind kind) => _runTarget is not null && position == _runNext && kind == _runKind;

    private void BeginRun(Outbox target, bool toLink, PacketKind kind, int start) =>
        (_runTarget, _runToLink, _runKind, _runStart, _runLength, _runCount) = (target, toLink, kind, start, 0, 0);

    // A frame that was read, and what has become of it behind the others.
    private void AddToRun(int position, int read, int kept)
    {
        _runNext = position + read;
        _runLength += kept;
        _runCount++;
    }

    private void CloseRun(ReadOnlySpan<byte> data)
    {
        if (_runTarget is null) return;
        var run = data.Slice(_runStart, _runLength);
        var full = _runToLink
            ? _runTarget.AppendForwards(run, _runCount, _runKind, Key)
            : _runTarget.Append(run, _runCount, _runKind);
        if (full) _runTarget.Flush();
        else Touch(_runTarget);
        _runTarget = null;
    }

    // An outbox may stand here twice: flushing it again costs one uncontended lock.
    private void Touch(Outbox outbox)
    {
        if (_touched.Count == 0 || _touched[^1] != outbox) _touched.Add(outbox);
    }

    // On an event loop what all its clients brought in this turn is written together at the end of it.
    private void FlushTouched()
    {
        if (_touched.Count == 0) return;
        if (Turn.Current is { } turn)
        {
            foreach (var outbox in _touched) outbox.FlushAtEnd(turn);
        }
        else
        {
            foreach (var outbox in _touched) outbox.Flush();
        }

        _touched.Clear();
    }
}
