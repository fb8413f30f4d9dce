using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Relay.Server.Tests.Http;
using Relay.Server.Transport;

namespace Relay.Server.Tests.Transport;

public sealed class ConnectionGateTests
{
    [Fact]
    public void Gate_BeyondItsNumber_RefusesUntilOneLeaves()
    {
        var gate = new ConnectionGate(new FakeTimeProvider(), maxConnections: 2);
        Assert.Equal(GateVerdict.Admitted, gate.TryEnter());
        Assert.Equal(GateVerdict.Admitted, gate.TryEnter());
        Assert.Equal(GateVerdict.TooMany, gate.TryEnter());
        gate.Leave();
        Assert.Equal(GateVerdict.Admitted, gate.TryEnter());
        Assert.Equal((2, 3, 1), (gate.Open, gate.Accepted, gate.Refused(GateVerdict.TooMany)));
    }

    [Fact]
    public void Gate_BeyondItsRate_RefusesUntilTimePasses()
    {
        var time = new FakeTimeProvider();
        var gate = new ConnectionGate(time, acceptRate: 4);
        for (var i = 0; i < 4; i++) Assert.Equal(GateVerdict.Admitted, gate.TryEnter());
        Assert.Equal(GateVerdict.TooFast, gate.TryEnter());
        time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(GateVerdict.Admitted, gate.TryEnter());
        Assert.Equal(GateVerdict.TooFast, gate.TryEnter());
        time.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 4; i++) Assert.Equal(GateVerdict.Admitted, gate.TryEnter());
        Assert.Equal(GateVerdict.TooFast, gate.TryEnter());
        Assert.Equal(3, gate.Refused(GateVerdict.TooFast));
        Assert.Equal(9, gate.Open);
    }

    [Fact]
    public async Task Listener_BeyondItsLimit_ClosesAndServesAgainOnceOneLeaves()
    {
        await using var host = await TestHost.StartAsync(
            services: services => services.AddSingleton(new ConnectionGate(TimeProvider.System, maxConnections: 1)));
        await using (var first = await host.ConnectAsync())
        {
            Assert.Equal(200, await ProbeAsync(first));
            await AssertResetAsync(host.Plain);
            Assert.Equal(1, host.Gate.Refused(GateVerdict.TooMany));

            // The operator's door is another one.
            await using var admin = await WireClient.ConnectAsync(host.Admin);
            await admin.SendAsync("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.Equal(200, (await admin.ReadAnswerAsync()).Status);
        }

        await Wait.Until(() => host.Gate.Open == 0, "the first connection is given back");
        await using var third = await host.ConnectAsync();
        Assert.Equal(200, await ProbeAsync(third));
    }

    // On one machine the reset may come while it still connects.
    private static async Task AssertResetAsync(int port)
    {
        var error = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            await using var client = await WireClient.ConnectAsync(port);
            await Wait.For(client.Socket.ReceiveAsync(new byte[1]), "the server to reset the connection");
        });
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    private static async Task<int> ProbeAsync(WireClient client)
    {
        await client.SendAsync("GET /derp/probe HTTP/1.1\r\nHost: x\r\n\r\n");
        return (await client.ReadAnswerAsync()).Status;
    }
}
