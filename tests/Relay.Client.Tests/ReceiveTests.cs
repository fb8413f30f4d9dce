using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Relay.Client.Tests.Fakes;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.Client.Tests;

public sealed class ReceiveTests
{
    private static readonly byte[] OtherKey = Bytes(Pair.Other);

    [Fact]
    public async Task Receive_EachKind_IsUnderstood()
    {
        await using var pair = await Pair.ConnectAsync();
        var (client, relay) = pair;

        await relay.WriteAsync(FrameType.RecvPacket, [.. OtherKey, 1, 2, 3]);
        var packet = await Within.ReceiveAsync(client);
        Assert.Equal((RelayMessageKind.Packet, Pair.Other), (packet.Kind, packet.Key));
        Assert.Equal([1, 2, 3], packet.Payload);

        await relay.WriteAsync(FrameType.PeerGone, [.. OtherKey, 1]);
        var gone = await client.ReceiveAsync(Within.Token);
        Assert.Equal((RelayMessageKind.PeerGone, Pair.Other, PeerGoneReason.NotHere), (gone.Kind, gone.Key, gone.GoneReason));

        await relay.WriteAsync(FrameType.PeerGone, OtherKey);
        Assert.Equal(PeerGoneReason.Disconnected, (await client.ReceiveAsync(Within.Token)).GoneReason);

        var present = new byte[FrameWriter.PeerPresentSize];
        FrameWriter.PeerPresent(present, Pair.Other, new IPEndPoint(IPAddress.Parse("192.0.2.33"), 40000), PeerPresence.Prober);
        await relay.WriteAsync(present);
        var peer = await client.ReceiveAsync(Within.Token);
        Assert.True(peer.TryReadPresence(out var address, out var flags));
        Assert.Equal(("192.0.2.33:40000", PeerPresence.Prober, Pair.Other), (address!.ToString(), flags, peer.Key));

        await relay.WriteAsync(FrameType.Health, Encoding.UTF8.GetBytes("two of you\nare here"));
        Assert.Equal("two of you?are here", (await client.ReceiveAsync(Within.Token)).ReadHealth());
        await relay.WriteAsync(FrameType.Health);
        var well = await client.ReceiveAsync(Within.Token);
        Assert.Equal(RelayMessageKind.Health, well.Kind);
        Assert.Null(well.ReadHealth());

        await relay.WriteAsync(Convert.FromHexString("1500000008000007d000002710"));
        var restarting = await client.ReceiveAsync(Within.Token);
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)), (restarting.ReconnectIn, restarting.TryFor));

        await relay.WriteAsync(FrameType.KeepAlive);
        Assert.Equal(RelayMessageKind.KeepAlive, (await client.ReceiveAsync(Within.Token)).Kind);

        await relay.WriteAsync(FrameType.Pong, 1, 2, 3, 4, 5, 6, 7, 8);
        Assert.Equal(RelayMessageKind.Pong, (await client.ReceiveAsync(Within.Token)).Kind);
    }

    [Fact]
    public async Task Receive_Ping_IsAnsweredAndShown()
    {
        await using var pair = await Pair.ConnectAsync();
        await pair.Relay.WriteAsync(FrameType.Ping, 1, 2, 3, 4, 5, 6, 7, 8, 99);
        Assert.Equal(RelayMessageKind.Ping, (await Within.ReceiveAsync(pair.Client)).Kind);
        var (type, payload) = await pair.Relay.ReadFrameAsync();
        Assert.Equal(FrameType.Pong, type);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], payload);
    }

    [Fact]
    public async Task Receive_MorePingsThanPongsFit_DoesNotWait()
    {
        await using var pair = await Pair.ConnectAsync(line: new MemoryLine(1000));
        var flooding = Task.Run(async () =>
        {
            var ping = FakeLink.Bytes(FrameType.Ping, new byte[8]);
            for (var i = 0; i < 30_000; i++) await pair.Relay.WriteAsync(ping);
        });
        for (var i = 0; i < 30_000; i++) await Within.TimeAsync(pair.Client.ReceiveAsync(Within.Token), $"ping {i}");
        await Within.TimeAsync(flooding, "the flood");
    }

    [Theory]
    [InlineData("0500000001ff")] // RecvPacket without a whole key
    [InlineData("0800000000")] // PeerGone without a key
    [InlineData("0900000000")]
    [InlineData("120000000101")] // Ping of one byte
    [InlineData("130000000101")]
    [InlineData("150000000700000000000000")] // Restarting of seven bytes
    [InlineData("010000000401020304")] // ServerKey, late
    [InlineData("0b0000000101")]
    [InlineData("ff00000000")]
    public async Task Receive_ShortOrUnknownFrames_AreSkipped(string hex)
    {
        await using var pair = await Pair.ConnectAsync();
        await pair.Relay.WriteAsync([.. Convert.FromHexString(hex), .. FakeLink.Recv(Pair.Other, [7])]);
        Assert.Equal([7], (await Within.ReceiveAsync(pair.Client)).Payload);
    }

    [Theory]
    [InlineData("0500100001", RelayError.ProtocolError)] // one byte more than a frame may have
    [InlineData("eeffffffff", RelayError.ProtocolError)]
    [InlineData("030000003500", RelayError.Closed)] // cut
    [InlineData("0300000004deadbeef", RelayError.ProtocolError)] // a ServerInfo that does not open
    [InlineData("", RelayError.Closed)]
    public async Task Receive_WhatCannotBe_EndsTheConnectionForGood(string hex, RelayError error)
    {
        await using var pair = await Pair.ConnectAsync();
        await pair.Relay.WriteAsync(Convert.FromHexString(hex));
        await pair.Relay.DisposeAsync();
        for (var i = 0; i < 2; i++) Assert.Equal(error, (await Within.FailsAsync(Within.ReceiveAsync(pair.Client), "the end")).Error);
        Assert.Equal(error, pair.Client.Failure!.Error);
        await Assert.ThrowsAsync<RelayException>(async () => await pair.Client.SendAsync(Pair.Other, new byte[1], Within.Token));
    }

    [Fact]
    public async Task Receive_LargestFrameOfAnUnknownType_IsSkipped()
    {
        await using var pair = await Pair.ConnectAsync(line: new MemoryLine(4 << 20));
        await pair.Relay.WriteAsync((FrameType)0x42, new byte[1 << 20]);
        await pair.Relay.WriteAsync(FakeLink.Recv(Pair.Other, new byte[65536]));
        Assert.Equal(65536, (await Within.ReceiveAsync(pair.Client)).Payload.Length);
    }

    [Fact]
    public async Task Receive_FramesCutAtAnySplit_GivesTheSameMessages()
    {
        byte[] stream = [.. FakeLink.Recv(Pair.Other, [1, 2, 3]), .. FakeLink.Bytes(FrameType.KeepAlive), .. FakeLink.Bytes((FrameType)0x77, 1, 2), .. FakeLink.Recv(Pair.Other, [4])];
        for (var split = 0; split <= stream.Length; split++)
        {
            await using var pair = await Pair.ConnectAsync();
            await pair.Relay.WriteAsync(stream[..split]);
            var first = Within.ReceiveAsync(pair.Client);
            await pair.Relay.WriteAsync(stream[split..]);
            Assert.Equal([1, 2, 3], (await first).Payload);
            Assert.Equal(RelayMessageKind.KeepAlive, (await Within.ReceiveAsync(pair.Client)).Kind);
            Assert.Equal([4], (await Within.ReceiveAsync(pair.Client)).Payload);
        }
    }

    [Fact]
    public async Task Receive_Cancelled_LosesNothing()
    {
        await using var pair = await Pair.ConnectAsync();
        var frame = FakeLink.Recv(Pair.Other, [1, 2, 3]);
        for (var cut = 0; cut < frame.Length; cut += 5)
        {
            await pair.Relay.WriteAsync(frame[..cut]);
            using var cancel = new CancellationTokenSource();
            var receiving = pair.Client.ReceiveAsync(cancel.Token).AsTask();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
            await pair.Relay.WriteAsync(frame[cut..]);
            Assert.Equal([1, 2, 3], (await Within.ReceiveAsync(pair.Client)).Payload);
        }
    }

    [Fact]
    public async Task Receive_Twice_IsRefused_AndDisposingEndsTheFirst()
    {
        await using var pair = await Pair.ConnectAsync();
        var first = pair.Client.ReceiveAsync(Within.Token).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await pair.Client.ReceiveAsync(Within.Token));
        await pair.Client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Within.TimeAsync(first, "the end"));
    }

    [Fact]
    public async Task Silence_OfTwoMinutes_EndsTheConnection_AndAnyByteBeginsThemAnew()
    {
        var time = new FakeTimeProvider();
        await using var pair = await Pair.ConnectAsync(Pair.Options with { TimeProvider = time });
        var receiving = Within.ReceiveAsync(pair.Client);
        time.Advance(TimeSpan.FromSeconds(119));
        await pair.Relay.WriteAsync(FrameType.KeepAlive);
        Assert.Equal(RelayMessageKind.KeepAlive, (await receiving).Kind);

        receiving = Within.ReceiveAsync(pair.Client);
        time.Advance(TimeSpan.FromSeconds(119));
        Assert.False(receiving.IsCompleted);
        Assert.Null(pair.Client.Failure);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RelayError.Timeout, (await Within.FailsAsync(receiving, "the end")).Error);
    }

    [Fact]
    public async Task Silence_WhileNobodyReceives_IsNone()
    {
        var time = new FakeTimeProvider();
        await using var pair = await Pair.ConnectAsync(Pair.Options with { TimeProvider = time });
        time.Advance(TimeSpan.FromMinutes(20));
        Assert.Null(pair.Client.Failure);
    }

    [Fact]
    public async Task Ping_IsAnsweredWithItsTime()
    {
        var time = new FakeTimeProvider();
        await using var pair = await Pair.ConnectAsync(Pair.Options with { TimeProvider = time });
        var pinging = pair.Client.PingAsync(Within.Token);
        var (type, payload) = await pair.Relay.ReadFrameAsync();
        Assert.Equal((FrameType.Ping, 8), (type, payload.Length));
        time.Advance(TimeSpan.FromMilliseconds(42));
        await pair.Relay.WriteAsync(FrameType.Pong, payload);
        await pair.Relay.WriteAsync(FrameType.KeepAlive);
        Assert.Equal(RelayMessageKind.KeepAlive, (await Within.ReceiveAsync(pair.Client)).Kind);
        Assert.Equal(TimeSpan.FromMilliseconds(42), await Within.TimeAsync(pinging, "the pong"));
    }

    [Fact]
    public async Task Ping_Unanswered_FailsInTime_AndWithTheConnection()
    {
        var time = new FakeTimeProvider();
        await using var pair = await Pair.ConnectAsync(Pair.Options with { TimeProvider = time });
        var pinging = pair.Client.PingAsync(Within.Token);
        await pair.Relay.ReadFrameAsync();
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(RelayError.Timeout, (await Within.FailsAsync(pinging, "the ping's end")).Error);

        pinging = pair.Client.PingAsync(Within.Token);
        await pair.Relay.DisposeAsync();
        await Within.FailsAsync(Within.ReceiveAsync(pair.Client), "the end");
        Assert.Equal(RelayError.Closed, (await Within.FailsAsync(pinging, "the ping's end")).Error);
    }

    private static byte[] Bytes(NodeKey key)
    {
        var bytes = new byte[NodeKey.Size];
        key.CopyTo(bytes);
        return bytes;
    }
}
