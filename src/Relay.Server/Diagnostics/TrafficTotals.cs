using Relay.Server.Queues;

namespace Relay.Server.Diagnostics;

/// <summary>Packets and data bytes (without keys and headers) by <see cref="Protocol.Frames.PacketKind"/>, and drops.</summary>
internal sealed class TrafficTotals
{
    /// <summary>Packets read from clients.</summary>
    public long[] PacketsIn { get; } = new long[OutboxCounters.Kinds];

    /// <summary>Data bytes of packets read from clients.</summary>
    public long[] BytesIn { get; } = new long[OutboxCounters.Kinds];

    /// <summary>Packets written to clients, or about to be.</summary>
    public long[] PacketsOut { get; } = new long[OutboxCounters.Kinds];

    /// <summary>Data bytes of packets written to clients, or about to be.</summary>
    public long[] BytesOut { get; } = new long[OutboxCounters.Kinds];

    /// <summary>Packets that did not arrive.</summary>
    public DropCounters Drops { get; } = new();

    /// <summary>How long the first packet of each batch waited until the batch was taken to be written.</summary>
    public DurationHistogram QueueDelay { get; } = new();

    /// <summary>Frames other than packets.</summary>
    public FrameCounters Frames { get; } = new();

    /// <summary>Adds all of this to <paramref name="total"/>.</summary>
    public void AddTo(TrafficTotals total)
    {
        for (var kind = 0; kind < OutboxCounters.Kinds; kind++)
        {
            total.PacketsIn[kind] += PacketsIn[kind];
            total.BytesIn[kind] += BytesIn[kind];
            total.PacketsOut[kind] += PacketsOut[kind];
            total.BytesOut[kind] += BytesOut[kind];
        }

        QueueDelay.AddTo(total.QueueDelay);
        Drops.AddTo(total.Drops);
        Frames.AddTo(total.Frames);
    }
}
