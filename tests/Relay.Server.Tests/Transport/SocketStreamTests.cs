using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Relay.Server.Tests.Http;
using Relay.Server.Transport;

namespace Relay.Server.Tests.Transport;

[CollectionDefinition(nameof(SocketStreamTests), DisableParallelization = true)]
[Collection(nameof(SocketStreamTests))]
public sealed class SocketStreamTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_ThatWaits_TellsSinceWhenAndGetsOnWithEachPiece()
    {
        var time = new FakeTimeProvider();
        await using var pair = await SocketPair.ConnectAsync(time, sendBuffer: 8 * 1024, receiveBuffer: 8 * 1024);
        Assert.Equal(0, pair.Ours.WritePendingSince);
        var sent = new byte[1_000_000];
        new Random(2).NextBytes(sent);
        var write = pair.Ours.WriteAsync(sent, Cancelled).AsTask();
        await Wait.Until(() => pair.Ours.WritePendingSince != 0, "the write waits");
        var since = pair.Ours.WritePendingSince;
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(since, pair.Ours.WritePendingSince);

        var received = new byte[sent.Length];
        var at = 0;
        while (at < sent.Length / 2) at += await Wait.For(pair.Peer.ReceiveAsync(received.AsMemory(at, sent.Length / 2 - at), Cancelled).AsTask(), "half of it");
        await Wait.Until(() => pair.Ours.WritePendingSince is var now && now != 0 && now != since, "the next piece waits");
        while (at < sent.Length) at += await Wait.For(pair.Peer.ReceiveAsync(received.AsMemory(at), Cancelled).AsTask(), "the rest");
        await Wait.For(write, "the write to complete");
        Assert.Equal(0, pair.Ours.WritePendingSince);
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task Abort_FailsPendingReadsAndWrites_AndResetsThePeer()
    {
        await using var pair = await SocketPair.ConnectAsync(TimeProvider.System, sendBuffer: 8 * 1024, receiveBuffer: 8 * 1024);
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

    [Fact]
    public async Task Close_WithUnreadBytes_StillDeliversWhatWasSent()
    {
        // Most of it waits in our kernel when the close comes; a reset would throw it away.
        const int Length = 100_000;
        await using var pair = await SocketPair.ConnectAsync(TimeProvider.System, sendBuffer: 4 * Length, receiveBuffer: 4096);
        await pair.Peer.SendAsync(new byte[1000], Cancelled);
        await Wait.For(pair.Ours.WriteAsync(new byte[Length], Cancelled).AsTask(), "the write");
        var close = pair.Ours.CloseAsync(TimeSpan.FromSeconds(5)).AsTask();
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

    [Fact]
    public async Task Close_OfAPeerThatNeverEnds_IsCutAtTheDeadline()
    {
        var time = new FakeTimeProvider();
        await using var pair = await SocketPair.ConnectAsync(time);
        var close = pair.Ours.CloseAsync(TimeSpan.FromSeconds(2)).AsTask();
        Assert.Equal(0, await Wait.For(pair.Peer.ReceiveAsync(new byte[1].AsMemory(), Cancelled).AsTask(), "the FIN"));
        Assert.False(close.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        await Wait.For(close, "the close");
    }

    [Fact]
    public async Task Options_OfAcceptedSockets_AreTheReferences()
    {
        await using var pair = await SocketPair.ConnectAsync(TimeProvider.System);
        Assert.True(pair.Ours.Socket.NoDelay);
        Assert.Equal(600, pair.Ours.Socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        if (!OperatingSystem.IsLinux()) return;
        var timeout = new byte[4];
        pair.Ours.Socket.GetRawSocketOption(6, 18, timeout);
        Assert.Equal(15_000, BitConverter.ToInt32(timeout));
    }

    [Fact]
    public async Task ReadsAndWrites_OnceWarm_AllocateNothing()
    {
        await using var pair = await SocketPair.ConnectAsync(TimeProvider.System);
        await using var peer = new SocketStream(pair.Peer, TimeProvider.System);
        const int Rounds = 2_000;
        var buffer = new byte[200];
        await PingPongAsync(Rounds);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await PingPongAsync(Rounds);
        var perRound = (GC.GetTotalAllocatedBytes(precise: true) - before) / Rounds;

        // The runner itself allocates now and then; a state machine or task a call would be 200 bytes and more a round.
        Assert.InRange(perRound, 0, 20);

        async Task PingPongAsync(int rounds)
        {
            var answers = AnswerAsync(rounds);
            for (var i = 0; i < rounds; i++)
            {
                await pair.Ours.WriteAsync(buffer);
                for (var got = 0; got < buffer.Length;) got += await pair.Ours.ReadAsync(buffer.AsMemory(got));
            }

            await answers;
        }

        async Task AnswerAsync(int rounds)
        {
            var bytes = new byte[200];
            for (var i = 0; i < rounds; i++)
            {
                if (await peer.ReadAsync(Memory<byte>.Empty) != 0) Assert.Fail("an empty buffer cannot be filled");
                for (var got = 0; got < bytes.Length;) got += await peer.ReadAsync(bytes.AsMemory(got));
                await peer.WriteAsync(bytes);
            }
        }
    }
}
