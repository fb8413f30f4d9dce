using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Relay.Server.Tests.Http;
using Relay.Server.Transport;

namespace Relay.Server.Tests.Transport;

public sealed class HandshakeLimitTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Handshakes_BeyondTheirNumber_EndTheOldest()
    {
        var gate = new ConnectionGate(_time, maxHandshakes: 3);
        List<int> ended = [];
        for (var i = 0; i < 5; i++) Begin(gate, i, ended);
        Assert.Equal([0, 1], ended);
        Assert.Equal((3, 2), (gate.Handshakes, gate.Refused(GateVerdict.TooManyHandshakes)));
    }

    [Fact]
    public void Handshakes_ThatAreOver_MakeRoomAndAreNotEnded()
    {
        var gate = new ConnectionGate(_time, maxHandshakes: 2);
        List<int> ended = [];
        var first = Begin(gate, 0, ended);
        Begin(gate, 1, ended);
        gate.EndHandshake(first);
        gate.EndHandshake(first);
        Begin(gate, 2, ended);
        Assert.Empty(ended);
        Begin(gate, 3, ended);
        Assert.Equal([1], ended);
    }

    [Fact]
    public void FreshHandshakes_AreNotEndedForACrowdThatComesAtOnce()
    {
        var gate = new ConnectionGate(_time, maxHandshakes: 2);
        List<int> ended = [];
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(GateVerdict.Admitted, gate.TryEnter());
            Begin(gate, i, ended);
        }

        _time.Advance(HandshakeTable.Grace - TimeSpan.FromMilliseconds(1));
        Assert.Equal(GateVerdict.TooManyHandshakes, gate.TryEnter());
        Assert.Equal((2, 1), (gate.Open, gate.Refused(GateVerdict.TooManyHandshakes)));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(GateVerdict.Admitted, gate.TryEnter());
        Assert.Empty(ended);
    }

    [Fact]
    public async Task SilentConnections_UpToTheLimit_MakeRoomForAClientAndForNobodyElseOnceItIsIn()
    {
        await using var host = await StartAsync(3);
        await using var oldest = await host.ConnectAsync();
        await Wait.Until(() => host.Gate.Handshakes == 1, "the first silent connection is counted");
        await using var second = await host.ConnectAsync();
        await Wait.Until(() => host.Gate.Handshakes == 2, "the second silent connection is counted");
        await using var third = await host.ConnectTlsAsync();
        await Wait.Until(() => host.Gate.Handshakes == 3, "all silent connections are counted");
        _time.Advance(HandshakeTable.Grace);

        await using var client = await host.ConnectAsync();
        await EnterAsync(host, client);
        Assert.Empty(await oldest.ReadToEndAsync());
        Assert.Equal((2, 3, 1), (host.Gate.Handshakes, host.Gate.Open, host.Gate.Refused(GateVerdict.TooManyHandshakes)));

        // The client is the oldest of all after these, and none of theirs.
        await using var more = await host.ConnectAsync();
        await Wait.Until(() => host.Gate.Handshakes == 3, "the room is taken again");
        _time.Advance(HandshakeTable.Grace);
        await using var last = await host.ConnectAsync();
        Assert.Empty(await second.ReadToEndAsync());
        await client.SendAsync("still here");
        await client.ReadAsync("still here".Length);
        Assert.Equal(2, host.Gate.Refused(GateVerdict.TooManyHandshakes));
    }

    [Fact]
    public async Task Handshake_OfAConnectionThatLeaves_IsGivenBack()
    {
        await using var host = await StartAsync(3);
        await using (var first = await host.ConnectAsync())
        {
            await Wait.Until(() => host.Gate.Handshakes == 1, "the connection is counted");
        }

        await Wait.Until(() => host.Gate.Handshakes == 0, "the connection is given back");
        Assert.Equal(0, host.Gate.Refused(GateVerdict.TooManyHandshakes));
    }

    private static async Task EnterAsync(TestHost host, WireClient client)
    {
        await client.SendAsync("GET /derp HTTP/1.1\r\nHost: x\r\nUpgrade: DERP\r\nConnection: Upgrade\r\nDerp-Fast-Start: 1\r\n\r\n");
        await client.ReadAsync(host.Relay.ServerKeyFrame.Length);
        (await host.Relay.NextAsync()).Handshake!.Complete();
    }

    private static LinkedListNode<Handshake> Begin(ConnectionGate gate, int number, List<int> ended) =>
        gate.BeginHandshake(() => ended.Add(number));

    private Task<TestHost> StartAsync(int maxHandshakes) =>
        TestHost.StartAsync(services: services => services.AddSingleton(new ConnectionGate(_time, maxHandshakes: maxHandshakes)));
}
