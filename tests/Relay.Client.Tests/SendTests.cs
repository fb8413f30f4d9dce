using Microsoft.Extensions.Time.Testing;
using Relay.Client.Connections;
using Relay.Client.Tests.Fakes;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;

namespace Relay.Client.Tests;

public sealed class SendTests
{
    [Fact]
    public async Task Send_EachKindOfFrame_ArrivesAsItIsDefined()
    {
        await using var pair = await Pair.ConnectAsync();
        var (client, relay) = pair;
        await client.SendAsync(Pair.Other, new byte[] { 1, 2 }, Within.Token);
        await client.SendAsync(Pair.Other, ReadOnlyMemory<byte>.Empty, Within.Token);
        await client.ForwardAsync(client.ServerKey, Pair.Other, new byte[] { 3 }, Within.Token);
        await client.NotePreferredAsync(true, Within.Token);
        await client.NotePreferredAsync(false, Within.Token);
        await client.WatchConnectionsAsync(Within.Token);
        await client.ClosePeerAsync(Pair.Other, Within.Token);

        byte[] other = Key(Pair.Other), server = Key(client.ServerKey);
        await Expect(FrameType.SendPacket, [.. other, 1, 2]);
        await Expect(FrameType.SendPacket, other);
        await Expect(FrameType.ForwardPacket, [.. server, .. other, 3]);
        await Expect(FrameType.NotePreferred, [1]);
        await Expect(FrameType.NotePreferred, [0]);
        await Expect(FrameType.WatchConns, []);
        await Expect(FrameType.ClosePeer, other);

        async Task Expect(FrameType type, byte[] payload)
        {
            var frame = await relay.ReadFrameAsync();
            Assert.Equal(type, frame.Type);
            Assert.Equal(payload, frame.Payload);
        }
    }

    [Fact]
    public async Task Send_LargestPacket_Passes_AndALargerOneIsRefusedHere()
    {
        await using var pair = await Pair.ConnectAsync();
        await pair.Client.SendAsync(Pair.Other, new byte[65536], Within.Token);
        Assert.Equal(65536 + 32, (await pair.Relay.ReadFrameAsync()).Payload.Length);
        await Assert.ThrowsAsync<ArgumentException>(async () => await pair.Client.SendAsync(Pair.Other, new byte[65537], Within.Token));
    }

    [Fact]
    public async Task Post_OfSeveralPackets_IsOneWriteAtTheFlush_AndNeverWaits()
    {
        var gate = new GatedStream();
        gate.Open();
        var output = new FrameOutput(gate, TimeProvider.System, e => throw e);
        for (var i = 0; i < 10; i++) Assert.True(output.TryGather(OutgoingFrame.Send(Pair.Other, new byte[100])));
        Assert.Empty(gate.Writes);
        output.Flush();
        output.Flush();
        await Within.TimeAsync(output.WhenIdle(), "the write");
        Assert.Equal([10 * 137], gate.Writes);

        for (var i = 0; i < 4; i++) Assert.True(output.TryGather(OutgoingFrame.Send(Pair.Other, new byte[60_000])));
        Assert.False(output.TryGather(OutgoingFrame.Send(Pair.Other, new byte[60_000])));
        output.Fail(new RelayException(RelayError.Closed, "over"));
        Assert.False(output.TryGather(OutgoingFrame.Send(Pair.Other, new byte[1])));
    }

    [Fact]
    public async Task Send_WhileAWriteIsUnderWay_GathersIntoTheNext()
    {
        var gate = new GatedStream();
        var output = new FrameOutput(gate, TimeProvider.System, e => throw e);
        for (var i = 0; i < 10; i++) await output.SendAsync(OutgoingFrame.Send(Pair.Other, new byte[100]), Within.Token);
        Assert.Equal([137], gate.Writes);
        gate.Open();
        await Within.TimeAsync(output.WhenIdle(), "the writes");
        Assert.Equal([137, 9 * 137], gate.Writes);
    }

    [Fact]
    public async Task Send_BeyondTheBound_WaitsUntilThereIsRoom()
    {
        var gate = new GatedStream();
        var output = new FrameOutput(gate, TimeProvider.System, e => throw e);
        var frame = OutgoingFrame.Send(Pair.Other, new byte[65536]);
        var taken = 0;
        ValueTask waiting;
        while ((waiting = output.SendAsync(frame, Within.Token)).IsCompleted) Assert.InRange(++taken, 1, 10);
        Assert.Equal(1 + FrameOutput.Limit / frame.Size, taken);

        using var cancel = new CancellationTokenSource();
        var cancelled = output.SendAsync(frame, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        gate.Open();
        await Within.TimeAsync(waiting.AsTask(), "room");
        await Within.TimeAsync(output.WhenIdle(), "the writes");
        Assert.Equal((taken + 1) * frame.Size, gate.Writes.Sum());
    }

    [Fact]
    public async Task Send_WhenTheConnectionBreaks_FailsThoseWhoWaitAndThoseWhoCome()
    {
        var gate = new GatedStream();
        var output = new FrameOutput(gate, TimeProvider.System, _ => { });
        var frame = OutgoingFrame.Send(Pair.Other, new byte[65536]);
        ValueTask waiting;
        while ((waiting = output.SendAsync(frame, Within.Token)).IsCompleted)
        {
        }

        output.Fail(new RelayException(RelayError.Closed, "gone"));
        Assert.Equal(RelayError.Closed, (await Within.FailsAsync(waiting.AsTask(), "the failure")).Error);
        await Assert.ThrowsAsync<RelayException>(async () => await output.SendAsync(frame, Within.Token));
        await Within.TimeAsync(output.WhenIdle(), "nothing more");
    }

    [Fact]
    public async Task Send_FromManyAtOnce_KeepsEveryFrameWholeAndEachSendersOrder()
    {
        await using var pair = await Pair.ConnectAsync(line: new MemoryLine(20_000));
        const int Senders = 8, Packets = 200;
        var sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            for (var i = 0; i < Packets; i++)
            {
                var packet = new byte[2 + i * 7 % 3000];
                (packet[0], packet[1]) = ((byte)sender, (byte)i);
                await pair.Client.SendAsync(Pair.Other, packet, Within.Token);
            }
        })));

        var next = new int[Senders];
        for (var i = 0; i < Senders * Packets; i++)
        {
            var (type, payload) = await pair.Relay.ReadFrameAsync();
            Assert.Equal(FrameType.SendPacket, type);
            var (sender, number) = (payload[32], payload[33]);
            Assert.Equal((byte)next[sender], number);
            Assert.Equal(34 + next[sender]++ * 7 % 3000, payload.Length);
        }

        await Within.TimeAsync(sending, "the senders");
    }

    [Fact]
    public async Task Send_BeyondTheAnnouncedRate_IsDroppedSilentlyUntilTimeHasPassed()
    {
        var time = new FakeTimeProvider();
        var info = new ServerInfo { TokenBucketBytesPerSecond = 1000, TokenBucketBytesBurst = 274 };
        await using var pair = await Pair.ConnectAsync(Pair.Options with { TimeProvider = time }, info);
        for (byte i = 0; i < 4; i++) await pair.Client.SendAsync(Pair.Other, Packet(i), Within.Token); // 137 bytes each: two fit
        Assert.Equal(2, pair.Client.PacketsOverRate);
        time.Advance(TimeSpan.FromMilliseconds(136));
        await pair.Client.SendAsync(Pair.Other, Packet(4), Within.Token);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await pair.Client.SendAsync(Pair.Other, Packet(5), Within.Token);
        Assert.Equal(3, pair.Client.PacketsOverRate);

        foreach (var expected in new byte[] { 0, 1, 5 }) Assert.Equal(expected, (await pair.Relay.ReadFrameAsync()).Payload[32]);

        static byte[] Packet(byte number) => [number, .. new byte[99]];
    }

    [Fact]
    public async Task Send_AfterANewServerInfoWithoutARate_IsFree()
    {
        await using var pair = await Pair.ConnectAsync(info: new ServerInfo { TokenBucketBytesPerSecond = 1, TokenBucketBytesBurst = 1 });
        await pair.Client.SendAsync(Pair.Other, new byte[1], Within.Token);
        Assert.Equal(1, pair.Client.PacketsOverRate);
        await pair.Relay.WriteAsync(new ServerInfo { Version = 3 }.ToFrame(pair.Relay.Key, pair.Relay.Client));
        Assert.Equal(RelayMessageKind.ServerInfo, (await Within.ReceiveAsync(pair.Client)).Kind);
        Assert.Equal(3, pair.Client.ServerInfo.Version);
        await pair.Client.SendAsync(Pair.Other, new byte[] { 9 }, Within.Token);
        Assert.Equal(9, (await pair.Relay.ReadFrameAsync()).Payload[32]);
    }

    [Fact]
    public async Task Dispose_WritesWhatWasTaken_AndLaterSendsFail()
    {
        await using var pair = await Pair.ConnectAsync();
        for (var i = 0; i < 20; i++) await pair.Client.SendAsync(Pair.Other, new byte[1000], Within.Token);
        await pair.Client.DisposeAsync();
        for (var i = 0; i < 20; i++) Assert.Equal(1032, (await pair.Relay.ReadFrameAsync()).Payload.Length);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await pair.Client.SendAsync(Pair.Other, new byte[1], Within.Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await pair.Client.ReceiveAsync(Within.Token));
    }

    [Fact]
    public async Task Write_ThatTakesTooLong_EndsTheConnection()
    {
        var time = new FakeTimeProvider();
        await using var pair = await Pair.ConnectAsync(Pair.Options with { TimeProvider = time }, line: new MemoryLine(10_000));
        await pair.Client.SendAsync(Pair.Other, new byte[60_000], Within.Token);
        time.Advance(TimeSpan.FromSeconds(121));
        Assert.Equal(RelayError.Timeout, pair.Client.Failure?.Error);
    }

    private static byte[] Key(NodeKey key)
    {
        var bytes = new byte[NodeKey.Size];
        key.CopyTo(bytes);
        return bytes;
    }
}
