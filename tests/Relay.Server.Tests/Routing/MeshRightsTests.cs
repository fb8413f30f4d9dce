using System.Net;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Connections;
using Relay.Server.Queues;
using Relay.Server.Tests.Connections;

namespace Relay.Server.Tests.Routing;

public sealed class MeshRightsTests
{
    private static readonly MeshKey Secret = Raw.MeshKey('5');
    private static readonly RelayOptions Options = new() { MeshKey = Secret };
    private static readonly TestClientOptions MeshPeer = new() { Info = new ClientInfo { MeshKey = Secret } };
    private static readonly byte[] Watch = [0x10, 0, 0, 0, 0];

    [Fact]
    public async Task Watcher_IsToldWhoIsHereWhoComesAndWhoGoes()
    {
        await using var relay = new TestRelay(Options);
        var early = await relay.ConnectAsync(new TestClientOptions { Address = new IPEndPoint(IPAddress.Parse("192.0.2.33"), 40000) });
        var watcher = await relay.ConnectAsync(MeshPeer);
        await watcher.SendAsync(Watch);
        var here = new[] { await PresentAsync(watcher), await PresentAsync(watcher) }.ToDictionary(p => p.Peer);
        Assert.Equal(PeerPresence.Regular, here[early.Key].Flags);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.33"), 40000), here[early.Key].Address);
        Assert.Equal(PeerPresence.MeshPeer, here[watcher.Key].Flags);

        var prober = await relay.ConnectAsync(new TestClientOptions { Info = new ClientInfo { IsProber = true }, IdealNode = "1a" });
        var present = await PresentAsync(watcher);
        Assert.Equal((prober.Key, PeerPresence.Prober | PeerPresence.NotIdeal), (present.Peer, present.Flags));

        await early.DisposeAsync();
        await early.EndAsync();
        var gone = Assert.Single(await watcher.PingAsync());
        Assert.True(FramePayload.TryReadPeerGone(gone.Payload, out var peer, out var reason));
        Assert.Equal((early.Key, PeerGoneReason.Disconnected), (peer, reason));
        Assert.Equal(1, relay.Server.Snapshot().Watchers);
    }

    [Fact]
    public async Task Watcher_WithTheRelaysOwnKey_IsIgnored()
    {
        await using var relay = new TestRelay(Options);
        var self = await relay.ConnectAsync(MeshPeer with { Key = relay.Key });
        await self.SendAsync(Watch);
        Assert.Empty(await self.PingAsync());
        Assert.Equal(0, relay.Server.Snapshot().Watchers);
    }

    [Fact]
    public async Task ForwardedPacket_ArrivesWithItsTrueSource()
    {
        await using var relay = new TestRelay(Options);
        var (mesh, bob) = (await relay.ConnectAsync(MeshPeer), await relay.ConnectAsync());
        using var source = NodePrivateKey.Generate();

        // Two in one write, and an ordinary packet between them, so that frames are turned over in place side by side.
        await mesh.SendAsync((byte[])[.. Forward(source.Public, bob.Key, "1"), .. Send(bob.Key, "2"), .. Forward(source.Public, bob.Key, "3")]);
        var received = new[] { await bob.ReceivePacketAsync(), await bob.ReceivePacketAsync(), await bob.ReceivePacketAsync() };
        Assert.Equal([source.Public, mesh.Key, source.Public], received.Select(r => r.From));
        Assert.Equal(["1"u8.ToArray(), "2"u8.ToArray(), "3"u8.ToArray()], received.Select(r => r.Packet));
        Assert.Equal(2, relay.Server.Snapshot().ForwardedIn);
    }

    [Fact]
    public async Task ForwardedPackets_InOneWrite_ArriveWholeAndInOrder()
    {
        await using var relay = new TestRelay(Options);
        var (mesh, bob, carol) = (await relay.ConnectAsync(MeshPeer), await relay.ConnectAsync(), await relay.ConnectAsync());
        using var one = NodePrivateKey.Generate();
        using var other = NodePrivateKey.Generate();
        using var absent = NodePrivateKey.Generate();
        (NodeKey From, string Packet)[] forBob =
            [(one.Public, "1"), (one.Public, new string('2', 300)), (one.Public, "3"), (other.Public, "44"), (one.Public, "5"), (one.Public, "66"), (one.Public, "7")];
        var frames = forBob.Select(packet => Forward(packet.From, bob.Key, packet.Packet)).ToList();
        frames.Insert(5, Forward(one.Public, carol.Key, "for Carol"));
        frames.Insert(7, Forward(one.Public, absent.Public, "for nobody"));
        await mesh.SendAsync(frames.SelectMany(frame => frame).ToArray());

        foreach (var (from, packet) in forBob)
        {
            var received = await bob.ReceivePacketAsync();
            Assert.Equal((from, packet), (received.From, System.Text.Encoding.UTF8.GetString(received.Packet)));
        }

        Assert.Equal("for Carol"u8.ToArray(), (await carol.ReceivePacketAsync()).Packet);
        Assert.Equal(9, relay.Server.Snapshot().ForwardedIn);
    }

    [Fact]
    public async Task ForwardedPacket_ToAbsentKeyOrFromNobody_IsDroppedWithItsReason()
    {
        await using var relay = new TestRelay(Options);
        var (mesh, bob) = (await relay.ConnectAsync(MeshPeer), await relay.ConnectAsync());
        using var absent = NodePrivateKey.Generate();
        var disco = new byte[FrameWriter.ForwardOverhead + 100];
        FrameWriter.ForwardPacket(disco, bob.Key, absent.Public, ForwardingTests.Disco());
        await mesh.SendAsync(disco);
        Assert.Equal(FrameType.PeerGone, Assert.Single(await mesh.PingAsync()).Type);
        await mesh.SendAsync(Forward(default, bob.Key, "x"));
        Assert.Empty(await mesh.PingAsync());
        Assert.Empty(await bob.PingAsync());
        Assert.Equal(1, relay.Server.Snapshot().PacketsDropped(DropReason.UnknownDestinationOnForward, PacketKind.Disco));
        Assert.Equal(1, relay.Server.Snapshot().PacketsDropped(DropReason.InvalidForward, PacketKind.Other));
    }

    [Fact]
    public async Task ClosePeer_EndsAllConnectionsOfTheKey()
    {
        await using var relay = new TestRelay(Options);
        using var key = NodePrivateKey.Generate();
        var mesh = await relay.ConnectAsync(MeshPeer);
        var bobs = new[] { await relay.ConnectAsync(new TestClientOptions { Key = key }), await relay.ConnectAsync(new TestClientOptions { Key = key }) };
        var frame = new byte[FrameHeader.Size + NodeKey.Size];
        FrameWriter.ClosePeer(frame, key.Public);
        await mesh.SendAsync(frame);
        foreach (var bob in bobs) Assert.Equal(EndReason.ClosedByMesh, await bob.EndAsync());
        await mesh.SendAsync(frame);
        Assert.Empty(await mesh.PingAsync());
    }

    private static byte[] Forward(NodeKey from, NodeKey to, string packet)
    {
        var frame = new byte[FrameWriter.ForwardOverhead + packet.Length];
        FrameWriter.ForwardPacket(frame, from, to, System.Text.Encoding.UTF8.GetBytes(packet));
        return frame;
    }

    private static byte[] Send(NodeKey to, string packet)
    {
        var frame = new byte[FrameWriter.PacketOverhead + packet.Length];
        FrameWriter.SendPacket(frame, to, System.Text.Encoding.UTF8.GetBytes(packet));
        return frame;
    }

    private static async Task<(NodeKey Peer, IPEndPoint? Address, PeerPresence Flags)> PresentAsync(TestClient client)
    {
        var frame = await client.ReceiveAsync();
        Assert.Equal(FrameType.PeerPresent, frame.Type);
        Assert.Equal(FrameWriter.PeerPresentSize - FrameHeader.Size, frame.Payload.Length);
        Assert.True(FramePayload.TryReadPeerPresent(frame.Payload, out var peer, out var address, out var flags));
        return (peer, address, flags);
    }
}
