using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.Client.Connections;

/// <summary>A frame on its way to the batch it is written into: keys and packet by reference, nothing copied yet.</summary>
internal readonly struct OutgoingFrame(FrameType type, NodeKey first, NodeKey second, ReadOnlyMemory<byte> packet)
{
    public FrameType Type => type;

    public int Size => packet.Length + type switch
    {
        FrameType.SendPacket => FrameWriter.PacketOverhead,
        FrameType.ForwardPacket => FrameWriter.ForwardOverhead,
        FrameType.ClosePeer => FrameHeader.Size + NodeKey.Size,
        _ => FrameHeader.Size,
    };

    public static OutgoingFrame Send(NodeKey to, ReadOnlyMemory<byte> packet) => new(FrameType.SendPacket, to, default, packet);

    public static OutgoingFrame Forward(NodeKey from, NodeKey to, ReadOnlyMemory<byte> packet) => new(FrameType.ForwardPacket, from, to, packet);

    public static OutgoingFrame Plain(FrameType type, ReadOnlyMemory<byte> payload = default) => new(type, default, default, payload);

    public static OutgoingFrame ClosePeer(NodeKey peer) => new(FrameType.ClosePeer, peer, default, default);

    public void Write(Span<byte> destination)
    {
        switch (type)
        {
            case FrameType.SendPacket:
                FrameWriter.SendPacket(destination, first, packet.Span);
                break;
            case FrameType.ForwardPacket:
                FrameWriter.ForwardPacket(destination, first, second, packet.Span);
                break;
            case FrameType.ClosePeer:
                FrameWriter.ClosePeer(destination, first);
                break;
            default:
                FrameHeader.Write(destination, type, packet.Length);
                packet.Span.CopyTo(destination[FrameHeader.Size..]);
                break;
        }
    }
}
