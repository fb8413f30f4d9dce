using System.Text;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Mesh;
using Relay.Server.Queues;
using Relay.Testing;

namespace Relay.Server.Tests.Mesh;

public sealed class ForwardingTests
{
    [Fact]
    public async Task Packets_BetweenRelays_TakeOneHopAndKeepTheirSource()
    {
        await using var region = new MemoryMesh();
        var (a, b) = (region.Add("a"), region.Add("b"));
        await region.LinkAsync("a", "b");
        var (alice, bob) = (await a.ConnectAsync(), await b.ConnectAsync());
        await region.KnowsAsync("a", 1);
        await region.KnowsAsync("b", 1);

        // A run of three and one of another kind in one write.
        await alice.SendAsync((byte[])[.. Send(bob.Key, "1"), .. Send(bob.Key, "2"), .. Send(bob.Key, "3")]);
        foreach (var text in new[] { "1", "2", "3" }) await ExpectAsync(bob, alice.Key, text);
        await bob.SendPacketAsync(alice.Key, "back");
        await ExpectAsync(alice, bob.Key, "back");

        Assert.Equal((3, 1), (region.Link("a", "b").ForwardedOut, region.Link("a", "b").ForwardedIn));
        Assert.Equal((1, 3), (region.Link("b", "a").ForwardedOut, region.Link("b", "a").ForwardedIn));
    }

    [Fact]
    public async Task KeyThatLeftTheRegion_IsToldToThoseItSentTo()
    {
        await using var region = new MemoryMesh();
        var (a, b) = (region.Add("a"), region.Add("b"));
        await region.LinkAsync("a", "b");
        var (alice, bob) = (await a.ConnectAsync(), await b.ConnectAsync());
        await region.KnowsAsync("a", 1);
        await region.KnowsAsync("b", 1);
        await bob.SendPacketAsync(alice.Key, "hello");
        await ExpectAsync(alice, bob.Key, "hello");

        await bob.DisposeAsync();
        var gone = await alice.ReceiveAsync();
        Assert.True(FramePayload.TryReadPeerGone(gone.Payload, out var peer, out var reason));
        Assert.Equal((FrameType.PeerGone, bob.Key, PeerGoneReason.Disconnected), (gone.Type, peer, reason));
        await region.KnowsAsync("a", 0);
    }

    /// <summary>Both relays believe that the other has the key: the packet takes its one hop, is dropped, and the news is corrected.</summary>
    [Fact]
    public async Task StaleNewsOnBothSides_CostsOneHopAndIsCorrected()
    {
        await using var region = new MemoryMesh();
        var (a, b) = (region.Add("a"), region.Add("b"));
        await region.LinkAsync("a", "b");
        using var absent = NodePrivateKey.Generate();
        region.Mesh("a").OnPresent(absent.Public, region.Mesh("a").LinkTo("b")!);
        region.Mesh("b").OnPresent(absent.Public, region.Mesh("b").LinkTo("a")!);
        var alice = await a.ConnectAsync();

        await alice.SendPacketAsync(absent.Public, "to nobody");
        await region.KnowsAsync("a", 0);
        Assert.Equal(1, region.Link("a", "b").ForwardedOut);
        Assert.Equal(0, region.Link("b", "a").ForwardedOut);
        Assert.Equal(1, b.Server.Snapshot().PacketsDropped(DropReason.UnknownDestinationOnForward, PacketKind.Other));
        await alice.SendPacketAsync(absent.Public, "again");
        await alice.PingAsync();
        Assert.Equal(1, region.Link("a", "b").ForwardedOut);
        Assert.Equal(1, a.Server.Snapshot().PacketsDropped(DropReason.UnknownDestination, PacketKind.Other));
    }

    /// <summary>The client's old connection hangs, unnoticed; it has come back through another relay.</summary>
    [Fact]
    public async Task DeadConnectionHere_DoesNotHideALiveOneElsewhere()
    {
        await using var region = new MemoryMesh();
        var (a, b) = (region.Add("a"), region.Add("b"));
        await region.LinkAsync("a", "b");
        using var key = NodePrivateKey.Generate();
        var alice = await a.ConnectAsync();
        var dead = await a.ConnectAsync(new TestClientOptions { Key = key });
        await region.KnowsAsync("b", 2);
        var live = await b.ConnectAsync(new TestClientOptions { Key = key });
        await region.KnowsAsync("a", 1);

        await alice.SendPacketAsync(key.Public, "where are you?");
        await ExpectAsync(live, alice.Key, "where are you?");

        // It was not dead after all: it answers the relay's question, and is the last to have spoken.
        Assert.Equal(FrameType.Ping, (await dead.ReceiveAsync()).Type);
        await dead.SendAsync((byte[])[0x13, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]);
        await dead.PingAsync();
        await alice.SendPacketAsync(key.Public, "here");
        await ExpectAsync(dead, alice.Key, "here");
    }

    [Fact]
    public async Task ConnectionThatAnswersNoPings_StaysBeforeOneElsewhere()
    {
        await using var region = new MemoryMesh();
        var (a, b) = (region.Add("a"), region.Add("b"));
        await region.LinkAsync("a", "b");
        using var key = NodePrivateKey.Generate();
        var alice = await a.ConnectAsync();
        var here = await a.ConnectAsync(new TestClientOptions { Key = key, Info = new ClientInfo() });
        await b.ConnectAsync(new TestClientOptions { Key = key });
        await region.KnowsAsync("a", 1);
        await alice.SendPacketAsync(key.Public, "x");
        await ExpectAsync(here, alice.Key, "x");
        await here.DisposeAsync();
        await here.EndAsync();
        await alice.SendPacketAsync(key.Public, "y");
        await Eventually.True(() => region.Link("a", "b").ForwardedOut == 1, "the packet to go to the other relay");
    }

    [Fact]
    public async Task SlowLink_DropsItsOldestAndStallsNobody()
    {
        await using var region = new MemoryMesh();
        var (a, b) = (region.Add("a", new MeshOptions { QueuePackets = 64 }), region.Add("b"));
        await region.LinkAsync("a", "b");
        var (alice, carol, bob) = (await a.ConnectAsync(), await a.ConnectAsync(), await b.ConnectAsync());
        await region.KnowsAsync("a", 1);

        // The other relay reads no more of this link: its socket fills, then the queue before it.
        region.Reader("a", "b").StopReading();
        for (var i = 0; i < 1000; i++) await alice.SendPacketAsync(bob.Key, new byte[1000]);
        await alice.SendPacketAsync(carol.Key, "still served");
        await ExpectAsync(carol, alice.Key, "still served");
        await alice.PingAsync();
        var link = region.Link("a", "b");
        Assert.True(link.Dropped(DropReason.QueueHead) > 500, $"{link.Dropped(DropReason.QueueHead)} dropped");
        Assert.InRange(link.PacketsWaiting, 1, 64);
        Assert.Equal(1000, link.ForwardedOut + link.PacketsWaiting + link.Dropped(DropReason.QueueHead));
    }

    private static byte[] Send(NodeKey to, string packet)
    {
        var frame = new byte[FrameWriter.PacketOverhead + packet.Length];
        FrameWriter.SendPacket(frame, to, Encoding.UTF8.GetBytes(packet));
        return frame;
    }

    private static async Task ExpectAsync(TestClient receiver, NodeKey from, string packet)
    {
        var received = await receiver.ReceivePacketAsync();
        Assert.Equal((from, packet), (received.From, Encoding.UTF8.GetString(received.Packet)));
    }
}
