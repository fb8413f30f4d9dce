using System.Net;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Protocol.Tests.Frames;

/// <summary>What runs once a packet, or once a frame, allocates nothing.</summary>
public sealed class FrameAllocationTests
{
    private static readonly IPEndPoint Address = IPEndPoint.Parse("[2001:db8::1]:40000");
    private static readonly byte[] Packet = new byte[1400];
    private static readonly byte[] Buffer = new byte[2048];

    [Fact]
    public void WritingAndReadingPackets_AllocatesNothing()
    {
        Allocations.AssertNone(
            () =>
            {
                var length = FrameWriter.SendPacket(Buffer, Known.Relay, Packet);
                Frame.TryRead(Buffer.AsSpan(0, length), FrameLimits.RelayAccepts, out var frame);
                FramePayload.TryReadPacket(frame.Payload, out var key, out var packet);
                if (key != Known.Relay || PacketKinds.Classify(packet) != PacketKind.Other) throw new InvalidOperationException("read something else");
            },
            "a packet's way through frames");
        Allocations.AssertNone(
            () =>
            {
                var length = FrameWriter.ForwardPacket(Buffer, Known.Client, Known.Relay, Packet);
                Frame.TryRead(Buffer.AsSpan(0, length), FrameLimits.RelayAccepts, out var frame);
                FramePayload.TryReadForward(frame.Payload, out _, out _, out _);
                FrameWriter.RecvPacket(Buffer, Known.Client, Packet);
                Frame.TryRead(Buffer, FrameLimits.ClientAccepts, out _);
            },
            "a forwarded packet");
    }

    [Fact]
    public void WritingControlFrames_AllocatesNothing()
    {
        Allocations.AssertNone(
            () =>
            {
                FrameWriter.KeepAlive(Buffer);
                FrameWriter.WatchConns(Buffer);
                FrameWriter.NotePreferred(Buffer, true);
                FrameWriter.ClosePeer(Buffer, Known.Client);
                FrameWriter.PeerGone(Buffer, Known.Client, PeerGoneReason.NotHere);
                FrameWriter.PeerPresent(Buffer, Known.Client, Address, PeerPresence.Regular);
                FrameWriter.Ping(Buffer, Packet);
                FrameWriter.Pong(Buffer, Packet);
                FrameWriter.Health(Buffer, "no space left");
                FrameWriter.Restarting(Buffer, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
                ServerKey.Write(Buffer, Known.Relay);
            },
            "writing control frames");
    }

    [Fact]
    public void KeysInADictionary_AllocateNothing()
    {
        var peers = new Dictionary<NodeKey, int> { [Known.Relay] = 1, [Known.Client] = 2 };
        var bytes = Convert.FromHexString(Known.ClientHex);
        Allocations.AssertNone(
            () =>
            {
                if (peers[new NodeKey(bytes)] != 2) throw new InvalidOperationException("found another");
            },
            "looking up a key");
    }
}
