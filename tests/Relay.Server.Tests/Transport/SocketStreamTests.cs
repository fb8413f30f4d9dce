using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Relay.Server.Tests.Http;
using Relay.Server.Transport.Epoll;
using Relay.Testing;

namespace Relay.Server.Tests.Transport;

[CollectionDefinition(nameof(SocketStreamTests), DisableParallelization = true)]
[Collection(nameof(SocketStreamTests))]
public sealed class SocketStreamTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Machine)]
    [InlineData(Engine.Portable)]
    public async Task Write_ThatWaits_TellsWhenItGotOn(Engine engine)
    {
        var time = new FakeTimeProvider();
        await using var pair = await SocketPair.ConnectAsync(time, sendBuffer: 8 * 1024, receiveBuffer: 8 * 1024, engine: engine);
        Assert.Equal(0, pair.Ours.WriteGotOn);
        var sent = new byte[1_000_000];
        new Random(2).NextBytes(sent);
        var write = pair.Ours.WriteAsync(sent, Cancelled).AsTask();
        await Wait.Until(() => pair.Ours.WriteGotOn != 0, "the write waits");

        // The kernel may still be moving some of it from one buffer to the other, and take more.
        long since = 0;
        await Wait.Until(
            () =>
            {
                since = pair.Ours.WriteGotOn;
                time.Advance(TimeSpan.FromSeconds(5));
                return pair.Ours.WriteGotOn == since;
            },
            "the write does not get on");

        var received = new byte[sent.Length];
        var at = 0;
        while (at < sent.Length / 2) at += await Wait.For(pair.Peer.ReceiveAsync(received.AsMemory(at, sent.Length / 2 - at), Cancelled).AsTask(), "half of it");
        await Wait.Until(() => pair.Ours.WriteGotOn is var now && now != 0 && now != since, "the next piece waits");
        while (at < sent.Length) at += await Wait.For(pair.Peer.ReceiveAsync(received.AsMemory(at), Cancelled).AsTask(), "the rest");
        await Wait.For(write, "the write to complete");
        Assert.Equal(sent, received);
    }

    // TLS reads on and on, for records that bring nothing to whoever reads from it.
    [Fact]
    public async Task Reads_WithoutEnd_GiveWayToTheOthersOfTheLoop()
    {
        const int Plenty = 160 * 1024;
        Assert.SkipUnless(EventLoop.Supported, "only event loops have turns");
        await using var pair = await SocketPair.ConnectAsync(TimeProvider.System);
        pair.Ours.Socket.ReceiveBufferSize = 1024 * 1024;
        var sending = pair.Peer.SendAsync(new byte[1_000_000], Cancelled).AsTask();
        await Wait.Until(() => pair.Ours.Socket.Available >= Plenty, "more to be there than is read in one go");
        await Wait.For(pair.Ours.ReadAsync(Memory<byte>.Empty, Cancelled).AsTask(), "the loop to have seen it");
        var (buffer, read) = (new byte[16 * 1024], 0);
        var next = pair.Ours.ReadAsync(buffer, Cancelled);
        for (; next.IsCompleted && read < Plenty; next = pair.Ours.ReadAsync(buffer, Cancelled)) read += await next;
        Assert.InRange(read, 64 * 1024, Plenty - 1);
        while (read < 1_000_000)
        {
            read += await Wait.For(next.AsTask(), "the rest, in turns");
            next = read < 1_000_000 ? pair.Ours.ReadAsync(buffer, Cancelled) : default;
        }

        await Wait.For(sending, "all to be sent");
    }

    [Fact]
    public async Task Acknowledged_GrowsWithWhatThePeerTakes_BeforeTheWriteGetsOn()
    {
        Requires.Linux();
        await using var pair = await SocketPair.ConnectAsync(new FakeTimeProvider(), sendBuffer: 1_000_000, receiveBuffer: 16 * 1024);
        var write = pair.Ours.WriteAsync(new byte[10_000_000], Cancelled).AsTask();
        await Wait.Until(() => pair.Ours.WriteGotOn != 0, "the write waits");
        var gotOn = pair.Ours.WriteGotOn;
        var before = pair.Ours.Acknowledged;
        Assert.NotNull(before);

        // Less than a third of the send buffer, after which the kernel says that there is room.
        for (var taken = 0; taken < 100_000;) taken += await Wait.For(pair.Peer.ReceiveAsync(new byte[16 * 1024].AsMemory(), Cancelled).AsTask(), "some of it");
        await Wait.Until(() => pair.Ours.Acknowledged > before + 50_000, "it is acknowledged");
        Assert.Equal(gotOn, pair.Ours.WriteGotOn);
        pair.Ours.Abort();
        await Assert.ThrowsAsync<IOException>(() => Wait.For(write, "the write to end"));
    }

    [Theory]
    [InlineData(Engine.Machine)]
    [InlineData(Engine.Portable)]
    public async Task Abort_FailsPendingReadsAndWrites_AndResetsThePeer(Engine engine)
    {
        await using var pair = await SocketPair.ConnectAsync(TimeProvider.System, sendBuffer: 8 * 1024, receiveBuffer: 8 * 1024, engine: engine);
        var read = pair.Ours.ReadAsync(new byte[10], Cancelled).AsTask();
        var write = pair.Ours.WriteAsync(new byte[10_000_000], Cancelled).AsTask();
        pair.Ours.Abort();
        pair.Ours.Abort();
        await Assert.ThrowsAsync<IOException>(() => Wait.For(read, "the read to fail"));
        await Assert.ThrowsAsync<IOException>(() => Wait.For(write, "the write to fail"));
        Assert.True(pair.Ours.Aborted);
        await Assert.ThrowsAsync<IOException>(async () => await pair.Ours.ReadExactlyAsync(new byte[1], Cancelled));
        var error = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (await pair.Peer.ReceiveAsync(new byte[100_000], Cancelled) > 0)
            {
            }
        });
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    [Theory]
    [InlineData(Engine.Machine)]
    [InlineData(Engine.Portable)]
    public async Task Close_WithUnreadBytes_StillDeliversWhatWasSent(Engine engine)
    {
        // Most of it waits in our kernel when the close comes; a reset would throw it away.
        const int Length = 100_000;
        await using var pair = await SocketPair.ConnectAsync(TimeProvider.System, sendBuffer: 4 * Length, receiveBuffer: 4096, engine: engine);
        await pair.Peer.SendAsync(new byte[1000], Cancelled);
        await Wait.For(pair.Ours.WriteAsync(new byte[Length], Cancelled).AsTask(), "the write");
        var close = pair.Ours.CloseAsync(Wait.Limit).AsTask();
        var received = new byte[Length];
        for (var at = 0; at < Length;)
        {
            var read = await Wait.For(pair.Peer.ReceiveAsync(received.AsMemory(at), Cancelled).AsTask(), "what was sent");
            Assert.NotEqual(0, read);
            at += read;
        }

        Assert.Equal(0, await Wait.For(pair.Peer.ReceiveAsync(new byte[1].AsMemory(), Cancelled).AsTask(), "the end"));
        pair.Peer.Shutdown(SocketShutdown.Send);
        await Wait.For(close, "the close");
    }

    [Theory]
    [InlineData(Engine.Machine)]
    [InlineData(Engine.Portable)]
    public async Task Close_OfAPeerThatNeverEnds_IsCutAtTheDeadline(Engine engine)
    {
        var time = new FakeTimeProvider();
        await using var pair = await SocketPair.ConnectAsync(time, engine: engine);
        var close = pair.Ours.CloseAsync(TimeSpan.FromSeconds(2)).AsTask();
        Assert.Equal(0, await Wait.For(pair.Peer.ReceiveAsync(new byte[1].AsMemory(), Cancelled).AsTask(), "the FIN"));
        Assert.False(close.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        await Wait.For(close, "the close");
    }

    [Theory]
    [InlineData(Engine.Machine)]
    [InlineData(Engine.Portable)]
    public async Task Options_OfAcceptedSockets_AreTheReferences(Engine engine)
    {
        await using var pair = await SocketPair.ConnectAsync(TimeProvider.System, engine: engine);
        Assert.True(pair.Ours.Socket.NoDelay);
        Assert.Equal(600, pair.Ours.Socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        if (!OperatingSystem.IsLinux()) return;
        var timeout = new byte[4];
        pair.Ours.Socket.GetRawSocketOption(6, 18, timeout);
        Assert.Equal(15_000, BitConverter.ToInt32(timeout));
    }

    [Theory]
    [InlineData(Engine.Machine)]
    [InlineData(Engine.Portable)]
    public async Task ReadsAndWrites_OnceWarm_AllocateNothing(Engine engine)
    {
        await using var pair = await SocketPair.ConnectAsync(TimeProvider.System, engine: engine);
        await using var peer = SocketPair.Serve(pair.Peer, TimeProvider.System, engine);
        const int Rounds = 2_000;
        const int Length = 200;
        const int Most = 20;
        var buffer = new byte[2 * Length];

        // As sessions read: a wait without a buffer, then a read that finds something. (A read that waits with a buffer
        // costs an object in debug builds.) A state machine or task a call would be 200 bytes and more, in every round; what the
        // runner and the runtime allocate now and then is no part of it.
        long perRound;
        var began = TimeProvider.System.GetTimestamp();
        do
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await PingPongAsync(Rounds);
            perRound = (GC.GetTotalAllocatedBytes(precise: true) - before) / Rounds;
        }
        while (perRound > Most && TimeProvider.System.GetElapsedTime(began) < Allocations.WarmWithin);
        Assert.InRange(perRound, 0, Most);

        async Task PingPongAsync(int rounds)
        {
            var answers = AnswerAsync(rounds);
            for (var i = 0; i < rounds; i++)
            {
                await pair.Ours.WriteAsync(buffer.AsMemory(0, Length)).ConfigureAwait(false);
                _ = await pair.Ours.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                for (var got = 0; got < Length;) got += await pair.Ours.ReadAsync(buffer.AsMemory(got)).ConfigureAwait(false);
            }

            await answers;
        }

        async Task AnswerAsync(int rounds)
        {
            var bytes = new byte[2 * Length];
            for (var i = 0; i < rounds; i++)
            {
                if (await peer.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false) != 0) Assert.Fail("an empty buffer cannot be filled");
                for (var got = 0; got < Length;) got += await peer.ReadAsync(bytes.AsMemory(got)).ConfigureAwait(false);
                await peer.WriteAsync(bytes.AsMemory(0, Length)).ConfigureAwait(false);
            }
        }
    }
}
