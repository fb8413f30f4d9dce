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
}
