using Relay.Server.Connections;
using Relay.Testing;

namespace Relay.Server.Tests.Connections;

/// <summary>A client to which one packet of 1000 bytes is being written, and will be for as long as the test says.</summary>
public sealed class UptakeTests : IAsyncLifetime
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

    /// <summary>A write gets on only once much of the socket's buffer is free; a slow line takes long for that.</summary>
    [Fact]
    public async Task ReceiverWhoseKernelAcknowledges_IsServedOn_ThoughNoWriteGetsOn_UntilItTakesNothing()
    {
        _socket!.Taken = 0;
        for (var i = 0; i < 5; i++)
        {
            _relay.Advance(Step);
            _socket.Taken += 40;
        }

        Assert.False(_slow.Session.IsCompleted);
        _relay.Advance(2 * Step);
        Assert.Equal(EndReason.WriteTimeout, await _slow.EndAsync());
    }

    [Fact]
    public async Task ReceiverThatTakesAByteNowAndThen_IsClosed()
    {
        for (_socket!.Taken = 0; _socket.Taken < 3; _socket.Taken++) _relay.Advance(Step);
        Assert.Equal(EndReason.WriteTimeout, await _slow.EndAsync());
    }
}
