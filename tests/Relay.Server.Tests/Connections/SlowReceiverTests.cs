using Relay.Server.Connections;
using Relay.Testing;

namespace Relay.Server.Tests.Connections;

public sealed class SlowReceiverTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1.5);

    [Fact]
    public async Task ReceiverThatTakesLittleAtATime_IsServedOn_UntilItTakesNothing()
    {
        SlowSocketStream? socket = null;
        await using var relay = new TestRelay();
        var alice = await relay.ConnectAsync();
        var slow = await relay.ConnectAsync(new TestClientOptions { Socket = stream => socket = new SlowSocketStream(stream, relay.Time) });
        socket!.Slow = true;
        await alice.SendPacketAsync(slow.Key, "one write of it");
        await Eventually.True(() => socket.WriteGotOn != 0, "the packet to wait for its receiver");

        for (var i = 0; i < 5; i++)
        {
            relay.Advance(Step);
            socket.TakeSome();
        }

        Assert.False(slow.Session.IsCompleted);
        relay.Advance(2 * Step);
        Assert.Equal(EndReason.WriteTimeout, await slow.EndAsync());
        await socket.DisposeAsync();
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
        await slow.EndAsync();
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
