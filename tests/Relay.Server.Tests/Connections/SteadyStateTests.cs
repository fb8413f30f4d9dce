using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Connections;
using Relay.Server.Queues;
using Relay.Testing;

namespace Relay.Server.Tests.Connections;

public sealed class SteadyStateTests
{
    [Fact]
    public async Task KeepAlive_ComesOncePerPeriodWhateverTheTraffic()
    {
        await using var relay = new TestRelay();
        var client = await relay.ConnectAsync();
        relay.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(await client.PingAsync());
        relay.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(FrameType.KeepAlive, Assert.Single(await client.PingAsync()).Type);
        relay.Advance(TimeSpan.FromSeconds(130));
        Assert.Equal(2, (await client.PingAsync()).Count);
    }

    [Fact]
    public async Task ReceiverThatTakesNothing_IsClosedAfterTheWriteTimeout()
    {
        await using var relay = new TestRelay();
        var alice = await relay.ConnectAsync();
        var frozen = await relay.ConnectAsync(new TestClientOptions { Capacity = 2048 });
        frozen.Stream.StopReading();
        for (var i = 0; i < 50; i++) await alice.SendPacketAsync(frozen.Key, new byte[1000]);
        await alice.PingAsync();
        relay.Advance(TimeSpan.FromSeconds(1));
        Assert.False(frozen.Session.IsCompleted);
        relay.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(EndReason.WriteTimeout, await frozen.EndAsync());

        // Nothing is lost from the books: what was not dropped from its queue was dropped with the connection.
        var snapshot = relay.Server.Snapshot();
        var dropped = Enum.GetValues<DropReason>().Sum(r => snapshot.PacketsDropped(r, PacketKind.Other));
        Assert.Equal(50, dropped + snapshot.PacketsOut(PacketKind.Other));
        Assert.NotEqual(0, dropped);
    }

    [Fact]
    public async Task Drain_EndsWhoStillShakesHands_WithoutAFrameBeforeItsServerInfo()
    {
        await using var relay = new TestRelay(new RelayOptions { RestartElsewhere = true });
        var half = relay.Open();
        Assert.Equal(FrameType.ServerKey, (await half.ReceiveAsync()).Type);
        await relay.WrittenAsync();

        var draining = relay.Server.DrainAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(EndReason.Shutdown, await half.EndAsync());
        await Eventually.Done(draining, "the drain to end");
        await Assert.ThrowsAsync<IOException>(() => half.ReceiveAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ControlFramesThatAreNotTaken_AreBounded(bool mesh)
    {
        var meshKey = MeshKey.TryParse(new string('a', 64))!;
        await using var relay = new TestRelay(new RelayOptions { MeshKey = meshKey });
        var frozen = await relay.ConnectAsync(new TestClientOptions { Capacity = 2048, Info = new ClientInfo { MeshKey = mesh ? meshKey : null } });
        frozen.Stream.StopReading();
        var outbox = Assert.Single(relay.Server.Sessions.Live).Outbox;
        outbox.AppendControl(new byte[4096]);
        outbox.Flush();

        for (var bytes = 0; bytes <= Session.MaxControlBytes; bytes += 1024) outbox.AppendControl(new byte[1024]);

        if (!mesh) Assert.Equal(EndReason.ControlQueueFull, await frozen.EndAsync());
        else Assert.False(frozen.Session.IsCompleted);
    }

    [Fact]
    public async Task Heartbeat_ThatMeetsAFaultOfOneConnection_ServesTheOthers()
    {
        await using var relay = new TestRelay();
        var (near, far) = DuplexStream.CreatePair(DuplexStream.DefaultCapacity);
        var faulty = Task.Run(() => relay.Server.ServeAsync(new RelayConnection { Stream = far, Abort = () => throw new InvalidOperationException("a fault") }));
        var silent = new[] { relay.Open(), relay.Open() };
        foreach (var client in silent) await client.AwaitedAsync();
        await Eventually.Done(near.WhenReadToTheEndAsync(), "the relay to wait for the faulty one");

        relay.Advance(TimeSpan.FromSeconds(11));

        foreach (var client in silent) Assert.Equal(EndReason.HandshakeTimeout, await client.EndAsync());
        await near.DisposeAsync();
        Assert.Equal(EndReason.HandshakeTimeout, await Eventually.Done(faulty, "the faulty one to end"));
    }

    [Fact]
    public async Task FrameTypes_AtAndBeyondTheirLimits_AreJudgedByTheHeaderAlone()
    {
        (FrameType Type, uint Length, EndReason End)[] cases =
        [
            (FrameType.SendPacket, 0, EndReason.BadFrameLength),
            (FrameType.SendPacket, 31, EndReason.BadFrameLength),
            (FrameType.SendPacket, FrameLimits.MaxPacketPayload + 1, EndReason.BadFrameLength),
            (FrameType.NotePreferred, 0, EndReason.BadFrameLength),
            (FrameType.NotePreferred, 2, EndReason.BadFrameLength),
            (FrameType.Ping, 0, EndReason.BadFrameLength),
            (FrameType.Ping, FrameLimits.MaxPing + 1, EndReason.BadFrameLength),
            (FrameType.WatchConns, 1, EndReason.BadFrameLength),
            (FrameType.WatchConns, 0, EndReason.NoMeshRights),
            (FrameType.ClosePeer, 31, EndReason.BadFrameLength),
            (FrameType.ClosePeer, 32, EndReason.NoMeshRights),
            (FrameType.ForwardPacket, 0, EndReason.NoMeshRights),
            (FrameType.ForwardPacket, 64, EndReason.NoMeshRights),
            ((FrameType)0x7f, FrameLimits.MaxOther + 1, EndReason.BadFrameLength),
            (FrameType.ServerKey, uint.MaxValue, EndReason.BadFrameLength),
            .. Enum.GetValues<FrameType>().Select(t => (t, uint.MaxValue, t == FrameType.ForwardPacket ? EndReason.NoMeshRights : EndReason.BadFrameLength)),
        ];
        await using var relay = new TestRelay();
        foreach (var (type, length, end) in cases)
        {
            var client = await relay.ConnectAsync();
            await client.SendAsync(new byte[] { (byte)type, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length });
            Assert.Equal((type, length, end), (type, length, await client.EndAsync()));
        }
    }

    [Fact]
    public async Task UnknownFrames_OfAnyAllowedLength_AreSkipped()
    {
        await using var relay = new TestRelay();
        var client = await relay.ConnectAsync();
        foreach (var type in new byte[] { 0x00, 0x0b, 0x13, 0x02, 0x15, 0xff })
        {
            foreach (var length in new[] { 0, 1, 70_000, FrameLimits.MaxOther })
            {
                var frame = new byte[FrameHeader.Size + length];
                FrameHeader.Write(frame, (FrameType)type, length);
                await client.SendAsync(frame);
                Assert.Empty(await client.PingAsync());
            }
        }

        Assert.Equal(24, relay.Server.Snapshot().UnknownFrames);
    }

    [Fact]
    public async Task StreamThatEndsInsideAFrame_IsNotACleanClose()
    {
        await using var relay = new TestRelay();
        using var other = NodePrivateKey.Generate();
        var frame = new byte[FrameWriter.PacketOverhead + 3];
        FrameWriter.SendPacket(frame, other.Public, "abc"u8);
        byte[] skipped = [0x7f, 0, 0, 0, 9, 1, 2, 3];
        foreach (var cut in Enumerable.Range(0, frame.Length + 1))
        {
            var client = await relay.ConnectAsync();
            await client.SendAsync(frame.AsMemory(0, cut));
            client.Stream.CompleteWrites();
            Assert.Equal(cut is 0 || cut == frame.Length ? EndReason.PeerClosed : EndReason.TruncatedFrame, await client.EndAsync());
        }

        var last = await relay.ConnectAsync();
        await last.SendAsync(skipped);
        last.Stream.CompleteWrites();
        Assert.Equal(EndReason.TruncatedFrame, await last.EndAsync());
    }

    [Fact]
    public async Task PingsFasterThanTheyAreRead_KeepAFewPongsWaiting()
    {
        await using var relay = new TestRelay();
        var client = await relay.ConnectAsync(new TestClientOptions { Capacity = 64 });
        client.Stream.StopReading();
        var pings = new byte[FrameWriter.PingSize];
        FrameWriter.Ping(pings, "12345678"u8);
        for (var i = 0; i < 1000; i++) await client.SendAsync(pings);
        await Eventually.True(() => relay.Server.Snapshot().Pings == 1000, "all pings to be read");
        client.Stream.ResumeReading();
        client.Stream.CompleteWrites();

        // What fitted into the stream, what was being written, and the few that may wait.
        var pongs = (await client.ReceiveToEndAsync()).Length / FrameWriter.PingSize;
        Assert.InRange(pongs, 1, 30);
    }

    [Fact]
    public async Task NotePreferred_ShowsInTheSnapshot()
    {
        await using var relay = new TestRelay();
        var client = await relay.ConnectAsync();
        await client.SendAsync(new byte[] { 7, 0, 0, 0, 1, 2 });
        await client.PingAsync();
        Assert.Equal(1, relay.Server.Snapshot().Home);
        await client.SendAsync(new byte[] { 7, 0, 0, 0, 1, 0 });
        await client.PingAsync();
        Assert.Equal(0, relay.Server.Snapshot().Home);
    }

    [Fact]
    public async Task Drain_TellsEveryClientAndEndsThem()
    {
        await using var relay = new TestRelay();
        var clients = new[] { await relay.ConnectAsync(), await relay.ConnectAsync() };
        var draining = relay.Server.DrainAsync(TimeSpan.FromSeconds(30));
        foreach (var client in clients)
        {
            var frame = await client.ReceiveAsync();
            Assert.Equal(FrameType.Restarting, frame.Type);
            Assert.True(FramePayload.TryReadRestarting(frame.Payload, out var reconnectIn, out var tryFor));
            // Two are back in no time.
            Assert.InRange(reconnectIn, TimeSpan.Zero, TimeSpan.FromMilliseconds(4));
            Assert.Equal(TimeSpan.FromSeconds(10), tryFor);
        }

        await relay.WrittenAsync();
        relay.Advance(TimeSpan.FromSeconds(1));
        await Eventually.Done(draining, "the drain to end");
        foreach (var client in clients) Assert.Equal(EndReason.Shutdown, await client.EndAsync());
        Assert.True(relay.Server.Draining);
        Assert.Equal(EndReason.Shutdown, await relay.Open().EndAsync());
    }

    [Fact]
    public async Task Drain_WithOtherRelaysInTheRegion_KeepsEachUntilItsTime_AndRelaysToTheLast()
    {
        var meshKey = Raw.MeshKey('5');
        await using var relay = new TestRelay(new RelayOptions { MeshKey = meshKey, RestartElsewhere = true });
        var alice = await relay.ConnectAsync();
        var bob = await relay.ConnectAsync();
        var peer = await relay.ConnectAsync(new TestClientOptions { Info = new ClientInfo { MeshKey = meshKey } });
        var draining = relay.Server.DrainAsync(TimeSpan.FromSeconds(30));
        var (first, second) = (await ToldAsync(alice), await ToldAsync(bob));
        var (early, late) = first.In < second.In ? (first, second) : (second, first);

        // Nobody has left yet: packets flow, also after the second that is enough where there is no other relay.
        relay.Advance(TimeSpan.FromSeconds(1));
        await early.Client.SendPacketAsync(late.Client.Key, new byte[] { 1 });
        Assert.Equal(FrameType.RecvPacket, (await late.Client.ReceiveAsync()).Type);

        await relay.WrittenAsync();
        relay.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(EndReason.Shutdown, await early.Client.EndAsync());
        Assert.Equal(EndReason.Shutdown, await late.Client.EndAsync());
        await relay.AdvanceUntilAsync(() => draining.IsCompleted, "the drain to end");
        Assert.Equal(EndReason.Shutdown, await peer.EndAsync());

        static async Task<(TestClient Client, TimeSpan In)> ToldAsync(TestClient client)
        {
            Assert.True(FramePayload.TryReadRestarting((await client.ReceiveAsync()).Payload, out var reconnectIn, out _));
            return (client, reconnectIn);
        }
    }

    [Fact]
    public async Task Drain_WhoseClientsHaveAllMoved_IsOverAtOnce()
    {
        await using var relay = new TestRelay(new RelayOptions { RestartElsewhere = true });
        var client = await relay.ConnectAsync();
        var draining = relay.Server.DrainAsync(TimeSpan.FromSeconds(30));
        await client.ReceiveAsync();
        Assert.False(draining.IsCompleted);
        await client.DisposeAsync();
        await Eventually.Done(client.Session, "the session to end");
        relay.Advance(TimeSpan.FromMilliseconds(500));
        await Eventually.Done(draining, "the drain to end");
    }

    [Fact]
    public async Task Drain_WithAFrozenClient_EndsAtItsLimit()
    {
        await using var relay = new TestRelay(new RelayOptions { WriteTimeout = TimeSpan.FromMinutes(5) });
        var alice = await relay.ConnectAsync();
        var frozen = await relay.ConnectAsync(new TestClientOptions { Capacity = 512 });
        frozen.Stream.StopReading();
        for (var i = 0; i < 10; i++) await alice.SendPacketAsync(frozen.Key, new byte[1000]);
        await alice.PingAsync();
        var draining = relay.Server.DrainAsync(TimeSpan.FromSeconds(30));
        relay.Advance(TimeSpan.FromSeconds(31));
        await Eventually.Done(draining, "the drain to end at its limit");
        Assert.Equal(EndReason.Shutdown, await frozen.EndAsync());
    }
}
