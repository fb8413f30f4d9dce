using Relay.Protocol.Frames;
using Relay.Server.Diagnostics;

namespace Relay.Server.Queues;

/// <summary>What one outbox took and lost, by packet kind. Written under the outbox's lock; read at any time for metrics.</summary>
internal sealed class OutboxCounters
{
    /// <summary>Members of <see cref="PacketKind"/>.</summary>
    public const int Kinds = 4;

    private readonly long[] _packets = new long[Kinds];
    private readonly long[] _bytes = new long[Kinds];
    private DropCounters? _drops;
    private DurationHistogram? _waits;

    /// <summary>Data bytes accepted, of all kinds, dropped ones included.</summary>
    public long Bytes => _bytes.Sum();

    /// <summary>Packets lost after they were accepted.</summary>
    public long PacketsDropped => _drops?.AllPackets ?? 0;

    /// <summary>Packets accepted so far.</summary>
    public long Taken => _packets.Sum();

    /// <summary>Counts packets accepted for writing; drops are subtracted by whoever sums.</summary>
    public void Accepted(PacketKind kind, int packets, int bytes)
    {
        _packets[(int)kind] += packets;
        _bytes[(int)kind] += bytes;
    }

    /// <summary>Counts one packet lost after it was accepted.</summary>
    public void Dropped(DropReason reason, PacketKind kind, int bytes) => (_drops ??= new DropCounters()).Add(reason, kind, bytes);

    /// <summary>Counts how long the first packet of a batch waited until the batch was taken to be written.</summary>
    public void Waited(TimeSpan duration) => (_waits ??= new DurationHistogram()).Add(duration);

    /// <summary>Adds all of this to <paramref name="total"/>.</summary>
    public void AddTo(TrafficTotals total)
    {
        for (var kind = 0; kind < Kinds; kind++)
        {
            total.PacketsOut[kind] += _packets[kind];
            total.BytesOut[kind] += _bytes[kind];
        }

        _waits?.AddTo(total.QueueDelay);

        // What was lost after it was accepted did not go out.
        _drops?.AddTo(total.Drops);
        _drops?.SubtractFrom(total.PacketsOut, total.BytesOut);
    }
}
