using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Admission;

namespace Relay.Server.Tests.Connections;

/// <summary>What is gathered for one receiver is packets only, and rights of a mesh peer are what they say.</summary>
public sealed class RunTests
{
    private static readonly MeshKey Secret = Raw.MeshKey('5');
    private static readonly TestClientOptions MeshPeer = new() { Info = new ClientInfo { MeshKey = Secret } };

    [Fact]
    public async Task FrameBetweenTwoPackets_DoesNotReachTheirReceiver()
    {
        await using var relay = new TestRelay();
        var (alice, bob) = (await relay.ConnectAsync(), await relay.ConnectAsync());
        var ping = new byte[FrameWriter.PingSize];
        FrameWriter.Ping(ping, "between!"u8);
        byte[] unknown = [0x7f, 0, 0, 0, 3, 1, 2, 3];
        await alice.SendAsync((byte[])[.. Packet(bob.Key, 1), .. ping, .. Packet(bob.Key, 2), .. unknown, .. Packet(bob.Key, 3)]);
        for (byte i = 1; i <= 3; i++) Assert.Equal([i], (await bob.ReceivePacketAsync()).Packet);
        Assert.Empty(await bob.PingAsync());
    }

    [Fact]
    public async Task MeshPeer_IsNotAskedWhetherItMayUseTheRelay()
    {
        await using var relay = new TestRelay(new RelayOptions { MeshKey = Secret }, new ListAdmission(TimeProvider.System));
        await relay.ConnectAsync(MeshPeer);
    }

    [Fact]
    public async Task Watcher_ThatReceivedPackets_IsToldOnceOfTheirSendersLeaving()
    {
        await using var relay = new TestRelay(new RelayOptions { MeshKey = Secret });
        var watcher = await relay.ConnectAsync(MeshPeer);
        await watcher.SendAsync(new byte[] { (byte)FrameType.WatchConns, 0, 0, 0, 0 });
        await watcher.PingAsync();
        var alice = await relay.ConnectAsync();
        await alice.SendPacketAsync(watcher.Key, "hello");
        await alice.PingAsync();
        await alice.DisposeAsync();
        await alice.EndAsync();
        Assert.Single(await watcher.PingAsync(), f => f.Type == FrameType.PeerGone);
    }

    private static byte[] Packet(NodeKey to, byte content)
    {
        var frame = new byte[FrameWriter.PacketOverhead + 1];
        FrameWriter.SendPacket(frame, to, [content]);
        return frame;
    }
}
