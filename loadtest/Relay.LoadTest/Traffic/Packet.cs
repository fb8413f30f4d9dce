using System.Buffers.Binary;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.LoadTest.Traffic;

/// <summary>
/// A packet of the generator: looks like WireGuard's data or like a discovery message, and carries what is needed to
/// measure it.
/// </summary>
internal static class Packet
{
    // | what it looks like (8) | flow (4) | - (4) | due (8) | number (8) | filler |
    private const int FlowAt = 8;
    private const int DueAt = 16;
    private const int NumberAt = 24;

    /// <summary>Smallest packet that carries all this.</summary>
    internal const int MinSize = 32;

    /// <summary>First bytes of a frame, as far as anybody here looks at them.</summary>
    internal const int FrameHeadSize = FrameWriter.PacketOverhead + MinSize;

    private static ReadOnlySpan<byte> WireGuardData => [4, 0, 0, 0];

    private static ReadOnlySpan<byte> DiscoMagic => "TS💬"u8;

    /// <summary>Writes a whole SendPacket frame but for its stamp, and returns its length.</summary>
    internal static int WriteFrame(Span<byte> destination, NodeKey to, int flow, int size, bool disco)
    {
        Span<byte> packet = new byte[size];
        // Not all zero, in case something on the way compresses.
        new Random(flow).NextBytes(packet);
        (disco ? DiscoMagic : WireGuardData).CopyTo(packet);
        BinaryPrimitives.WriteInt32LittleEndian(packet[FlowAt..], flow);
        return FrameWriter.SendPacket(destination, to, packet);
    }

    /// <summary>Writes when the packet is due, and its number in its flow, into a frame.</summary>
    internal static void Stamp(Span<byte> frame, long due, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(frame[(FrameWriter.PacketOverhead + DueAt)..], due);
        BinaryPrimitives.WriteInt64LittleEndian(frame[(FrameWriter.PacketOverhead + NumberAt)..], number);
    }

    /// <summary>Reads the first bytes of a frame that came back; false when it is too short to be one of ours.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> frame, out int flow, out long due, out long number)
    {
        (flow, due, number) = (0, 0, 0);
        if (frame.Length < FrameHeadSize) return false;
        var packet = frame[FrameWriter.PacketOverhead..];
        flow = BinaryPrimitives.ReadInt32LittleEndian(packet[FlowAt..]);
        due = BinaryPrimitives.ReadInt64LittleEndian(packet[DueAt..]);
        number = BinaryPrimitives.ReadInt64LittleEndian(packet[NumberAt..]);
        return true;
    }
}
