using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;

namespace Relay.Protocol.Tests.Frames;

/// <summary>Numbers that peers rely on. A change here is a change of the protocol, not of the code.</summary>
public sealed class WireNumberTests
{
    [Fact]
    public void FrameTypes_AreFrozen()
    {
        Assert.Equal(
            "ServerKey=1 ClientInfo=2 ServerInfo=3 SendPacket=4 RecvPacket=5 KeepAlive=6 NotePreferred=7 PeerGone=8 PeerPresent=9 "
            + "ForwardPacket=10 WatchConns=16 ClosePeer=17 Ping=18 Pong=19 Health=20 Restarting=21",
            Numbers<FrameType>());
    }

    [Fact]
    public void PeerGoneReasons_AreFrozen() => Assert.Equal("Disconnected=0 NotHere=1 MeshConnectionBroke=240", Numbers<PeerGoneReason>());

    [Fact]
    public void PeerPresenceFlags_AreFrozen() => Assert.Equal("None=0 Regular=1 MeshPeer=2 Prober=4 NotIdeal=8", Numbers<PeerPresence>());

    [Fact]
    public void Sizes_AreFrozen()
    {
        Assert.Equal((5, 32, 65536, 262144), (FrameHeader.Size, NodeKey.Size, FrameLimits.MaxPacket, FrameLimits.MaxClientInfo));
        Assert.Equal((56, 1000, 1024, 1048576), (FrameLimits.MinClientInfo, FrameLimits.MaxPing, FrameLimits.MaxServerKey, FrameLimits.MaxOther));
        Assert.Equal((45, 37, 69, 13), (ServerKey.FrameSize, FrameWriter.PacketOverhead, FrameWriter.ForwardOverhead, FrameWriter.PingSize));
        Assert.Equal((38, 56, 13), (FrameWriter.PeerGoneSize, FrameWriter.PeerPresentSize, FrameWriter.RestartingSize));
        Assert.Equal((65573, 2), (ServerInfo.MinBurst, ClientInfo.ProtocolVersion));
    }

    private static string Numbers<T>()
        where T : struct, Enum =>
        string.Join(' ', Enum.GetValues<T>().Select(value => $"{value}={Convert.ToByte(value, null)}"));
}
