using Relay.Testing;

namespace Relay.Protocol.Tests.Helpers;

/// <summary>The connection in memory behaves as a socket does, for what other tests rely on.</summary>
public sealed class DuplexStreamTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_GivesWhatTheOtherEndWrote_BothWays()
    {
        var (client, server) = DuplexStream.CreatePair(7);
        await CheckFlow(client, server);
        await CheckFlow(server, client);
    }

    [Fact]
    public async Task ZeroByteRead_WaitsForData()
    {
        var (client, server) = DuplexStream.CreatePair();
        var waiting = client.ReadAsync(Memory<byte>.Empty, Cancellation);
        Assert.False(waiting.IsCompleted);
        await server.WriteAsync(new byte[3], Cancellation);
        Assert.Equal(0, await Eventually.Done(waiting, "the zero-byte read"));
        Assert.Equal(3, await client.ReadAsync(new byte[10], Cancellation));
    }

    [Fact]
    public async Task Dispose_LetsTheOtherEndReadOn_ThenTheEnd_AndFailsItsWrites()
    {
        var (client, server) = DuplexStream.CreatePair();
        await client.WriteAsync(new byte[3], Cancellation);
        await client.DisposeAsync();
        Assert.Equal(3, await server.ReadAsync(new byte[10], Cancellation));
        Assert.Equal(0, await server.ReadAsync(new byte[10], Cancellation));
        await Assert.ThrowsAsync<IOException>(async () => await server.WriteAsync(new byte[1], Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.ReadAsync(new byte[1], Cancellation).AsTask());
    }

    [Fact]
    public async Task Dispose_EndsAReadThatWaits_AtBothEnds()
    {
        var (client, server) = DuplexStream.CreatePair();
        var own = client.ReadAsync(new byte[1], Cancellation).AsTask();
        var other = server.ReadAsync(new byte[1], Cancellation).AsTask();
        await client.DisposeAsync();
        Assert.Equal(0, await Eventually.Done(other, "the other end's read"));
        await Assert.ThrowsAsync<IOException>(() => Eventually.Done(own, "the own read"));
    }

    [Fact]
    public async Task CompleteWrites_EndsOneDirectionOnly()
    {
        var (client, server) = DuplexStream.CreatePair();
        client.CompleteWrites();
        Assert.Equal(0, await server.ReadAsync(new byte[1], Cancellation));
        await server.WriteAsync(new byte[2], Cancellation);
        Assert.Equal(2, await client.ReadAsync(new byte[2], Cancellation));
    }

    [Fact]
    public async Task Abort_FailsBothEndsAtOnce()
    {
        var (client, server) = DuplexStream.CreatePair();
        await client.WriteAsync(new byte[3], Cancellation);
        var waiting = client.ReadAsync(new byte[1], Cancellation);
        server.Abort();
        await Assert.ThrowsAsync<IOException>(() => Eventually.Done(waiting, "the read"));
        await Assert.ThrowsAsync<IOException>(() => server.ReadAsync(new byte[1], Cancellation).AsTask());
        await Assert.ThrowsAsync<IOException>(async () => await client.WriteAsync(new byte[1], Cancellation));
    }

    [Fact]
    public async Task StopReading_MakesTheOtherEndsWriteWaitAtTheBound()
    {
        var (client, server) = DuplexStream.CreatePair(100);
        client.StopReading();
        await Eventually.Done(server.WriteAsync(new byte[99], Cancellation), "a write below the bound");
        var blocked = server.WriteAsync(new byte[2], Cancellation).AsTask();
        await Eventually.Done(client.WhenFullAsync(), "the bound to be reached");
        var read = client.ReadAsync(new byte[200], Cancellation);
        Assert.False(read.IsCompleted, "a read went on although reading was stopped");
        Assert.False(blocked.IsCompleted, "a write went on beyond the bound");
        client.ResumeReading();
        await Eventually.Done(blocked, "the write to go on");
        Assert.Equal(100, await Eventually.Done(read, "the read to go on"));
    }

    [Fact]
    public async Task WhenReadToTheEnd_WaitsForAReadThatFindsNothing()
    {
        var (client, server) = DuplexStream.CreatePair();
        await client.WriteAsync(new byte[3], Cancellation);
        var read = client.WhenReadToTheEndAsync();
        Assert.Equal(0, await server.ReadAsync(Memory<byte>.Empty, Cancellation));
        Assert.Equal(3, await server.ReadAsync(new byte[3], Cancellation));
        Assert.False(read.IsCompleted, "whoever has read may be about to do something about it");
        var next = server.ReadAsync(new byte[3], Cancellation);
        await Eventually.Done(read, "the next read");
        await client.WriteAsync(new byte[1], Cancellation);
        Assert.Equal(1, await Eventually.Done(next, "the next byte"));
    }

    [Fact]
    public async Task Cancel_EndsAReadAndAWriteThatWait()
    {
        var (client, server) = DuplexStream.CreatePair(1);
        using var cancel = new CancellationTokenSource();
        var read = client.ReadAsync(new byte[1], cancel.Token);
        client.StopReading();
        var write = server.WriteAsync(new byte[9], cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.Done(read, "the read"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.Done(write, "the write"));
    }

    private static async Task CheckFlow(DuplexStream from, DuplexStream to)
    {
        var sent = new byte[1000];
        new Random(5).NextBytes(sent);
        var writing = from.WriteAsync(sent, Cancellation);
        var received = new byte[sent.Length];
        await Eventually.Done(to.ReadExactlyAsync(received, Cancellation), "all bytes");
        await Eventually.Done(writing, "the write");
        Assert.Equal(sent, received);
    }
}
