using Relay.Protocol.Frames;

namespace Relay.Server.Queues;

/// <summary>Dropped packets and their data bytes, by reason and kind.</summary>
internal sealed class DropCounters
{
    private static readonly int Reasons = Enum.GetValues<DropReason>().Length;

    private readonly long[] _packets = new long[Reasons * OutboxCounters.Kinds];
    private readonly long[] _bytes = new long[Reasons * OutboxCounters.Kinds];

    /// <summary>Packets dropped for any reason, of any kind.</summary>
    public long AllPackets => _packets.Sum();

    /// <summary>Packets dropped for this reason, of this kind.</summary>
    public long Packets(DropReason reason, PacketKind kind) => _packets[Index(reason, (int)kind)];

    /// <summary>Packets dropped for this reason, of all kinds.</summary>
    public long Packets(DropReason reason) => _packets.AsSpan((int)reason * OutboxCounters.Kinds, OutboxCounters.Kinds).ToArray().Sum();

    /// <summary>Data bytes of the packets dropped for this reason, of this kind.</summary>
    public long Bytes(DropReason reason, PacketKind kind) => _bytes[Index(reason, (int)kind)];

    /// <summary>Counts one packet.</summary>
    public void Add(DropReason reason, PacketKind kind, int bytes)
    {
        _packets[Index(reason, (int)kind)]++;
        _bytes[Index(reason, (int)kind)] += bytes;
    }

    /// <summary>Adds all of this to <paramref name="total"/>.</summary>
    public void AddTo(DropCounters total)
    {
        for (var i = 0; i < _packets.Length; i++)
        {
            total._packets[i] += _packets[i];
            total._bytes[i] += _bytes[i];
        }
    }

    /// <summary>Takes all of this from counts by kind.</summary>
    public void SubtractFrom(long[] packetsByKind, long[] bytesByKind)
    {
        for (var i = 0; i < _packets.Length; i++)
        {
            packetsByKind[i % OutboxCounters.Kinds] -= _packets[i];
            bytesByKind[i % OutboxCounters.Kinds] -= _bytes[i];
        }
    }

    private static int Index(DropReason reason, int kind) => (int)reason * OutboxCounters.Kinds + kind;
}
