using Relay.Server.Connections;
using Relay.Testing;

namespace Relay.Server.Tests.Connections;

public sealed class SlowReceiverTests : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1.5);

    private readonly TestRelay _relay = new();
    private SlowSocketStream? _socket;
    private TestClient _slow = null!;

    public async ValueTask InitializeAsync()
    {
        var alice = await _relay.ConnectAsync();
        _slow = await _relay.ConnectAsync(new TestClientOptions { Socket = stream => _socket = new SlowSocketStream(stream, _relay.Time) });
        _socket!.Slow = true;
        await alice.SendPacketAsync(_slow.Key, new byte[1000]);
        await Eventually.True(() => _socket.WriteGotOn != 0, "the packet to wait for its receiver");
    }

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _socket!.DisposeAsync();
    }

    [Fact]
    public Task ReceiverThatTakesLittleAtATime_IsServedOn_UntilItTakesNothing() => ServedOnAsync(_socket!.TakeSome);

    /// <summary>A write gets on only once much of the socket's buffer is free; a slow line takes long for that.</summary>
    [Fact]
    public Task ReceiverWhoseKernelAcknowledges_IsServedOn_ThoughNoWriteGetsOn() =>
        ServedOnAsync(() => _socket!.Taken = (_socket.Taken ?? 0) + 40);

    [Fact]
    public async Task ReceiverThatTakesAByteNowAndThen_IsClosed()
    {
        for (_socket!.Taken = 0; _socket.Taken < 3; _socket.Taken++) _relay.Advance(Step);
        Assert.Equal(EndReason.WriteTimeout, await _slow.EndAsync());
    }

    private async Task ServedOnAsync(Action take)
    {
        for (var i = 0; i < 5; i++)
        {
            _relay.Advance(Step);
            take();
        }

        Assert.False(_slow.Session.IsCompleted);
        _relay.Advance(2 * Step);
        Assert.Equal(EndReason.WriteTimeout, await _slow.EndAsync());
    }

    // Each may have 2 MiB waiting, and all together 1: whoever reads slowly is kept short, until little waits again.
    [Fact]
    public async Task Receivers_ThatHoldMoreThanTheBudgetTogether_AreKeptShort()
    {
        await using var relay = new TestRelay(new RelayOptions { MaxQueuedBytes = 1024 * 1024 });
        var alice = await relay.ConnectAsync();
        var (slow, socket) = await ConnectSlowAsync();
        Assert.InRange(await FillAsync(slow), 1024 * 1024, int.MaxValue);

        relay.Advance(TimeSpan.FromMilliseconds(250));
        Assert.InRange(await FillAsync(slow), 1, 64 * 1024);
        Assert.Equal(1, relay.Log.Count("QueuesTight"));
        Assert.Equal(0, relay.Log.Count("QueuesAtEase"));

        socket.Abort();
        Assert.Equal(EndReason.WriteError, await slow.EndAsync());
        relay.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(1, relay.Log.Count("QueuesAtEase"));
        var (another, anothersSocket) = await ConnectSlowAsync();
        Assert.InRange(await FillAsync(another), 1024 * 1024, int.MaxValue);
        await socket.DisposeAsync();
        anothersSocket.Abort();
        await another.EndAsync();
        await anothersSocket.DisposeAsync();

        async Task<(TestClient Client, SlowSocketStream Socket)> ConnectSlowAsync()
        {
            SlowSocketStream? made = null;
            var client = await relay.ConnectAsync(new TestClientOptions { Socket = stream => made = new SlowSocketStream(stream, relay.Time) });
            made!.Slow = true;
            return (client, made);
        }

        async Task<int> FillAsync(TestClient receiver)
        {
            for (var i = 0; i < 32; i++) await alice.SendPacketAsync(receiver.Key, new byte[60_000]);
            await alice.PingAsync();
            return relay.Server.Sessions.Live.Single(session => session.Key == receiver.Key).Outbox.Waiting.Bytes;
        }
    }
}
