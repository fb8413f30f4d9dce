using Relay.Protocol.Frames;
using Relay.Server.Queues;

namespace Relay.Server.Diagnostics;

/// <summary>What one client sent. Written by its reader alone; read at any time for metrics.</summary>
internal sealed class InboundCounters
{
    private readonly long[] _packets = new long[OutboxCounters.Kinds];
    private readonly long[] _bytes = new long[OutboxCounters.Kinds];
    private DropCounters? _drops;

    /// <summary>Frames other than packets.</summary>
    public FrameCounters Frames { get; } = new();

    /// <summary>Data bytes read, of all kinds.</summary>
    public long Bytes => _bytes.Sum();

    /// <summary>Packets that could not be routed.</summary>
    public long PacketsDropped => _drops?.AllPackets ?? 0;

    /// <summary>Counts one packet read.</summary>
    public void Received(PacketKind kind, int bytes)
    {
        _packets[(int)kind]++;
        _bytes[(int)kind] += bytes;
    }

    /// <summary>Counts one packet that could not be routed.</summary>
    public void Dropped(DropReason reason, PacketKind kind, int bytes) => (_drops ??= new DropCounters()).Add(reason, kind, bytes);

    /// <summary>Adds all of this to <paramref name="total"/>.</summary>
    public void AddTo(TrafficTotals total)
    {
        for (var kind = 0; kind < OutboxCounters.Kinds; kind++)
        {
            total.PacketsIn[kind] += _packets[kind];
            total.BytesIn[kind] += _bytes[kind];
        }

        _drops?.AddTo(total.Drops);
        Frames.AddTo(total.Frames);
    }
}
