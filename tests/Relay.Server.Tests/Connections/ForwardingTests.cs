using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Connections;
using Relay.Server.Queues;
using Relay.Testing;

namespace Relay.Server.Tests.Connections;

public sealed class ForwardingTests
{
    private static readonly RelayOptions Patient = new() { QueueLength = 4096 };

    [Fact]
    public async Task Packet_ToConnectedKey_ArrivesWithItsSource()
    {
        await using var relay = new TestRelay();
        var (alice, bob) = (await relay.ConnectAsync(), await relay.ConnectAsync());

        await alice.SendPacketAsync(bob.Key, "hello");

        var (from, packet) = await bob.ReceivePacketAsync();
        Assert.Equal(alice.Key, from);
        Assert.Equal("hello"u8.ToArray(), packet);
    }

    [Fact]
    public async Task Packets_OfEverySizeGlued_ArriveInOrder()
    {
        await using var relay = new TestRelay(Patient);
        var (alice, bob) = (await relay.ConnectAsync(), await relay.ConnectAsync());
        var random = new Random(1);
        var packets = Enumerable.Range(0, 200).Select(i => new byte[i % 50 == 49 ? FrameLimits.MaxPacket - i : random.Next(3000)]).ToList();
        foreach (var packet in packets) random.NextBytes(packet);

        var sending = Task.Run(async () =>
        {
            foreach (var packet in packets) await alice.SendPacketAsync(bob.Key, packet);
        });

        foreach (var packet in packets) Assert.Equal(packet, (await bob.ReceivePacketAsync()).Packet);
        await sending;
    }

    [Fact]
    public async Task Frames_CutAnywhere_AreForwardedTheSame()
    {
        await using var relay = new TestRelay(Patient);
        var (alice, bob, carol) = (await relay.ConnectAsync(), await relay.ConnectAsync(), await relay.ConnectAsync());
        var frames = new List<byte>();
        AddPacket(frames, bob.Key, "one");
        AddPacket(frames, bob.Key, "two");
        AddPacket(frames, carol.Key, "three");
        frames.AddRange([0x7f, 0, 0, 0, 3, 1, 2, 3]);
        AddPacket(frames, bob.Key, "");

        foreach (var chunks in Splits.Of(frames.ToArray()))
        {
            foreach (var chunk in chunks)
            {
                await alice.SendAsync(chunk);

            }

            Assert.Equal("one"u8.ToArray(), (await bob.ReceivePacketAsync()).Packet);
            Assert.Equal("two"u8.ToArray(), (await bob.ReceivePacketAsync()).Packet);
            Assert.Empty((await bob.ReceivePacketAsync()).Packet);
            Assert.Equal("three"u8.ToArray(), (await carol.ReceivePacketAsync()).Packet);
        }
    }

    [Fact]
    public async Task Packet_ToOneself_ComesBack()
    {
        await using var relay = new TestRelay();
        var alice = await relay.ConnectAsync();
        await alice.SendPacketAsync(alice.Key, "to-myself");
        Assert.Equal(alice.Key, (await alice.ReceivePacketAsync()).From);
    }

    [Fact]
    public async Task Packet_ToAbsentKey_IsCountedAndAnsweredOnlyForDisco()
    {
        await using var relay = new TestRelay();
        var alice = await relay.ConnectAsync();
        using var absent = NodePrivateKey.Generate();

        await alice.SendPacketAsync(absent.Public, "data");
        Assert.Empty(await alice.PingAsync());

        await alice.SendPacketAsync(absent.Public, Disco());
        var gone = Assert.Single(await alice.PingAsync());
        Assert.True(FramePayload.TryReadPeerGone(gone.Payload, out var peer, out var reason));
        Assert.Equal((absent.Public, PeerGoneReason.NotHere), (peer, reason));

        var snapshot = relay.Server.Snapshot();
        Assert.Equal(1, snapshot.PacketsDropped(DropReason.UnknownDestination, PacketKind.Other));
        Assert.Equal(1, snapshot.PacketsDropped(DropReason.UnknownDestination, PacketKind.Disco));
        Assert.Equal(4, snapshot.BytesDropped(DropReason.UnknownDestination, PacketKind.Other));
    }

    [Fact]
    public async Task NotHereNotices_AreThreeAtOnceAndOneASecond()
    {
        await using var relay = new TestRelay();
        var alice = await relay.ConnectAsync();
        using var absent = NodePrivateKey.Generate();

        for (var i = 0; i < 10; i++) await alice.SendPacketAsync(absent.Public, Disco());
        Assert.Equal(3, (await alice.PingAsync()).Count);

        relay.Advance(TimeSpan.FromSeconds(2));
        for (var i = 0; i < 10; i++) await alice.SendPacketAsync(absent.Public, Disco());
        Assert.Equal(2, (await alice.PingAsync()).Count);
        Assert.Equal(15, relay.Server.Snapshot().NotHereSuppressed);
    }

    [Fact]
    public async Task FrozenReceiver_HoldsUpNobodyAndLosesItsOldest()
    {
        await using var relay = new TestRelay();
        var (alice, bob) = (await relay.ConnectAsync(), await relay.ConnectAsync());
        var carol = await relay.ConnectAsync(new TestClientOptions { Capacity = 4096 });
        carol.Stream.StopReading();

        for (var i = 0; i < 200; i++)
        {
            await alice.SendPacketAsync(carol.Key, $"{i:D4}".PadRight(1000));
            await alice.SendPacketAsync(bob.Key, $"{i}");
            Assert.Equal($"{i}", System.Text.Encoding.UTF8.GetString((await bob.ReceivePacketAsync()).Packet));
        }

        var dropped = relay.Server.Snapshot().PacketsDropped(DropReason.QueueHead, PacketKind.Other);
        Assert.InRange(dropped, 100, 200 - 32);
        carol.Stream.ResumeReading();

        // What is left is the first few, which were being written, and then the newest 32 in order.
        var received = new List<int>();
        while (received.Count < 200 - dropped)
            received.Add(int.Parse(System.Text.Encoding.UTF8.GetString((await carol.ReceivePacketAsync()).Packet), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(200 - 32, 32), received[^32..]);
        Assert.Equal(received.Order(), received);
    }

    [Theory]
    [InlineData("disco")]
    [InlineData("handshake")]
    public async Task UrgentPacket_BehindAFlood_IsWrittenBeforeIt(string kind)
    {
        await using var relay = new TestRelay();
        var alice = await relay.ConnectAsync();
        var bob = await relay.ConnectAsync(new TestClientOptions { Capacity = 512 });
        bob.Stream.StopReading();
        await alice.SendPacketAsync(bob.Key, new byte[1000]);
        await alice.PingAsync();
        for (var i = 0; i < 100; i++) await alice.SendPacketAsync(bob.Key, new byte[1000]);
        var urgent = kind == "disco" ? Disco() : Handshake();
        await alice.SendPacketAsync(bob.Key, urgent);
        await alice.PingAsync();

        bob.Stream.ResumeReading();
        var position = 0;
        while (!(await bob.ReceivePacketAsync()).Packet.AsSpan().SequenceEqual(urgent)) position++;

        // Only the one that was being written is ahead of it: not the 32 that waited.
        Assert.Equal(1, position);
    }

    [Fact]
    public async Task BytesThatAreReadyButHalfARecord_HoldUpNothingThatWasGathered()
    {
        await using var relay = new TestRelay();
        var bob = await relay.ConnectAsync();
        using var key = NodePrivateKey.Generate();
        var frame = new byte[FrameWriter.PacketOverhead + 3];
        FrameWriter.SendPacket(frame, bob.Key, "abc"u8);
        var stream = new ReadyTooSoonStream([.. new Relay.Protocol.Handshake.ClientInfo().ToFrame(key, relay.Key.Public), .. frame]);
        var session = relay.Server.ServeAsync(new Server.Connections.RelayConnection { Stream = stream, Abort = stream.End });

        Assert.Equal(key.Public, (await bob.ReceivePacketAsync()).From);
        stream.End();
        await session;
    }

    [Fact]
    public async Task PacketBeforeAReset_IsDeliveredAtOnce()
    {
        ResetSocketStream? socket = null;
        await using var relay = new TestRelay();
        var bob = await relay.ConnectAsync();
        using var key = NodePrivateKey.Generate();
        // Stays, so that bob is not told that alice has gone, which would bring him the packet as well.
        await relay.ConnectAsync(new TestClientOptions { Key = key });
        var alice = await relay.ConnectAsync(new TestClientOptions { Key = key, Socket = stream => socket = new ResetSocketStream(stream, relay.Time) });
        await using var disposed = socket!;
        socket!.AfterNextRead = true;

        await alice.SendPacketAsync(bob.Key, "last words");

        Assert.Equal("last words", System.Text.Encoding.UTF8.GetString((await bob.ReceivePacketAsync()).Packet));
        Assert.Equal(EndReason.ReadError, await alice.EndAsync());
    }

    [Fact]
    public async Task PeerGone_IsOwedToSoManyAtMost()
    {
        await using var relay = new TestRelay();
        relay.Server.Context.Directory.MaxSubscriptions = 1;
        var (alice, bob, carol) = (await relay.ConnectAsync(), await relay.ConnectAsync(), await relay.ConnectAsync());
        await IntroduceAsync(alice);
        await IntroduceAsync(bob);

        await bob.DisposeAsync();
        await bob.EndAsync();
        Assert.Empty(await carol.PingAsync());
        await alice.DisposeAsync();
        await alice.EndAsync();
        Assert.Equal(FrameType.PeerGone, Assert.Single(await carol.PingAsync()).Type);

        // What was told is owed no more, so there is room again.
        var dave = await relay.ConnectAsync();
        await IntroduceAsync(dave);
        await dave.DisposeAsync();
        await dave.EndAsync();
        Assert.Equal(FrameType.PeerGone, Assert.Single(await carol.PingAsync()).Type);

        async Task IntroduceAsync(TestClient sender)
        {
            await sender.SendPacketAsync(carol.Key, "hello");
            await carol.ReceivePacketAsync();
        }
    }

    [Fact]
    public async Task Departure_IsToldOnceToThoseWhoReceived()
    {
        await using var relay = new TestRelay();
        var (alice, bob, carol) = (await relay.ConnectAsync(), await relay.ConnectAsync(), await relay.ConnectAsync());
        await alice.SendPacketAsync(bob.Key, "1");
        await alice.SendPacketAsync(bob.Key, "2");
        await bob.ReceivePacketAsync();
        await bob.ReceivePacketAsync();

        await alice.DisposeAsync();
        await alice.EndAsync();

        var gone = Assert.Single(await bob.PingAsync());
        Assert.True(FramePayload.TryReadPeerGone(gone.Payload, out var peer, out var reason));
        Assert.Equal((alice.Key, PeerGoneReason.Disconnected), (peer, reason));
        Assert.Empty(await carol.PingAsync());
    }

    [Fact]
    public async Task Destination_ThatCameBack_IsFoundAgain()
    {
        await using var relay = new TestRelay();
        using var key = NodePrivateKey.Generate();
        var alice = await relay.ConnectAsync();
        for (var i = 0; i < 3; i++)
        {
            var bob = await relay.ConnectAsync(new TestClientOptions { Key = key });
            await alice.SendPacketAsync(bob.Key, $"{i}");
            Assert.Equal(alice.Key, (await bob.ReceivePacketAsync()).From);
            await bob.DisposeAsync();
            await bob.EndAsync();
            await alice.PingAsync();
        }
    }

    internal static byte[] Disco()
    {
        var packet = new byte[100];
        "TS💬"u8.CopyTo(packet);
        return packet;
    }

    internal static byte[] Handshake()
    {
        var packet = new byte[148];
        packet[0] = 1;
        return packet;
    }

    private static void AddPacket(List<byte> frames, NodeKey to, string packet)
    {
        var frame = new byte[FrameWriter.PacketOverhead + packet.Length];
        FrameWriter.SendPacket(frame, to, System.Text.Encoding.UTF8.GetBytes(packet));
        frames.AddRange(frame);
    }
}
