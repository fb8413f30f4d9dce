using System.Net;
using System.Net.Sockets;
using Relay.Agent.Up;
using Relay.Agent.Up.Relays;
using Relay.Agent.WireGuard;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Agent.Tests.Up;

public sealed class AgentTests
{
    private readonly NodePrivateKey _alice = NodePrivateKey.Generate(), _bob = NodePrivateKey.Generate();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TwoAgents_CarryWireGuardsPacketsBothWays(bool portable)
    {
        await using var relay = await RelaydProcess.StartAsync();
        await using var alice = new TestAgent(relay, _alice, [_bob.Public], portable);
        await using var bob = new TestAgent(relay, _bob, [_alice.Public], portable);
        await ConnectedAsync(alice, bob);

        for (byte i = 1; i <= 50; i++)
        {
            var packet = FakeWireGuard.Packet(4, 32 + (20 * i), i);
            await alice.WireGuard.SendAsync(_bob.Public, packet);
            var (received, from) = await bob.WireGuard.ReceiveAsync();
            Assert.Equal(packet, received);
            Assert.Equal(bob.WireGuard.EndPointOf(_alice.Public), from);
            await bob.WireGuard.SendAsync(from, packet);
            Assert.Equal(packet, (await alice.WireGuard.ReceiveAsync()).Packet);
        }
    }

    // The agent knows the new port from WireGuard, not from whoever sends first.
    [Fact]
    public async Task WireGuard_ThatRestarts_IsPointedAtTheAgentAgain()
    {
        await using var relay = await RelaydProcess.StartAsync();
        await using var alice = new TestAgent(relay, _alice, [_bob.Public]);
        await using var bob = new TestAgent(relay, _bob, [_alice.Public]);
        await ConnectedAsync(alice, bob);
        var before = bob.WireGuard.EndPointOf(_alice.Public);
        bob.WireGuard.Restart();
        await bob.WireGuard.SendAsync(before!, FakeWireGuard.Packet(1, 148, 9)); // from its new port: the agent looks at once
        await bob.PointedAsync(_alice.Public);
        Assert.Equal(before, bob.WireGuard.EndPointOf(_alice.Public));
        await alice.WireGuard.SendAsync(_bob.Public, FakeWireGuard.Packet(4, 100, 7));
        Assert.Equal(7, (await bob.WireGuard.ReceiveAsync()).Packet[50]);
    }

    [Fact]
    public async Task Agent_ThatRestarts_HasTheSameLocalAddresses()
    {
        await using var relay = await RelaydProcess.StartAsync();
        IPEndPoint? first;
        await using (var alice = new TestAgent(relay, _alice, [_bob.Public]))
        {
            await alice.PointedAsync(_bob.Public);
            first = alice.WireGuard.EndPointOf(_bob.Public);
        }

        await using var again = new TestAgent(relay, _alice, [_bob.Public]);
        await again.PointedAsync(_bob.Public);
        Assert.Equal(first, again.WireGuard.EndPointOf(_bob.Public));
    }

    [Fact]
    public async Task Handshake_SentBeforeThePeerIsThere_ArrivesWhenItIs()
    {
        await using var relay = await RelaydProcess.StartAsync();
        await using var alice = new TestAgent(relay, _alice, [_bob.Public]);
        await alice.PointedAsync(_bob.Public);
        await alice.WireGuard.SendAsync(_bob.Public, FakeWireGuard.Packet(1, 148, 3)); // perhaps before the relay is there, too
        await alice.SaysAsync("connected");
        await using var bob = new TestAgent(relay, _bob, [_alice.Public]);
        await ConnectedAsync(bob);
        await bob.WireGuard.SendAsync(_alice.Public, FakeWireGuard.Packet(4, 64, 5));
        Assert.Equal(5, (await alice.WireGuard.ReceiveAsync()).Packet[50]);
    }

    // Two at the same instant are answered twice by WireGuard's threads, each answer with keys of its own.
    [Fact]
    public async Task Handshake_ThatComesTwice_ReachesWireGuardOnce()
    {
        await using var relay = await RelaydProcess.StartAsync();
        await using var alice = new TestAgent(relay, _alice, [_bob.Public]);
        await using var bob = new TestAgent(relay, _bob, [_alice.Public]);
        await ConnectedAsync(alice, bob);
        for (var i = 0; i < 3; i++) await alice.WireGuard.SendAsync(_bob.Public, FakeWireGuard.Packet(1, 148, 1));
        Assert.Equal(1, (await bob.WireGuard.ReceiveAnyAsync()).Packet[50]);
        await alice.WireGuard.SendAsync(_bob.Public, FakeWireGuard.Packet(4, 64, 9));
        Assert.Equal(9, (await bob.WireGuard.ReceiveAnyAsync()).Packet[50]);
    }

    [Fact]
    public async Task Interface_WhosePeersChange_IsFollowed()
    {
        await using var relay = await RelaydProcess.StartAsync();
        await using var alice = new TestAgent(relay, _alice, null, interfacePeers: [_bob.Public]);
        await alice.PointedAsync(_bob.Public);
        using var carol = NodePrivateKey.Generate();
        alice.WireGuard.SetPeer(carol.Public);
        await alice.PointedAsync(carol.Public);
        alice.WireGuard.RemovePeer(_bob.Public);
        await Eventually.True(() => alice.Node.Peers.Find(_bob.Public) is null, "the removed peer to be forgotten");
    }

    [Fact]
    public async Task WireGuard_ThatMayNotBeSet_IsExplainedAndLearnedFromItsPackets()
    {
        await using var relay = await RelaydProcess.StartAsync();
        await using var alice = new TestAgent(relay, _alice, [_bob.Public]);
        await using var bob = new TestAgent(relay, _bob, [_alice.Public]);
        await alice.PointedAsync(_bob.Public);
        alice.WireGuard.Refuses = new WireGuardException(true, "wg show wg-test: Operation not permitted");
        alice.WireGuard.Restart();
        await alice.SaysAsync($"wg set wg-test peer {_bob.Public.ToWireGuard()} endpoint 127.0.0.1:");
        await ConnectedAsync(bob);
        await alice.SaysAsync("connected");
        var local = alice.Node.Peers.Find(_bob.Public)!.Socket.LocalAddress.ToIPEndPoint();
        await alice.WireGuard.SendAsync(local, FakeWireGuard.Packet(4, 64, 5)); // as the user set it by hand
        Assert.Equal(5, (await bob.WireGuard.ReceiveAsync()).Packet[50]);
        await bob.WireGuard.SendAsync(_alice.Public, FakeWireGuard.Packet(4, 64, 6));
        Assert.Equal(6, (await alice.WireGuard.ReceiveAsync()).Packet[50]);
    }

    [Fact]
    public async Task Strangers_AndRubbish_ReachNobody()
    {
        await using var relay = await RelaydProcess.StartAsync();
        using var mallory = NodePrivateKey.Generate();
        await using var alice = new TestAgent(relay, _alice, [_bob.Public]);
        await using var bob = new TestAgent(relay, _bob, [_alice.Public]);
        await using var stranger = new TestAgent(relay, mallory, [_alice.Public]);
        await ConnectedAsync(alice, bob, stranger);
        await stranger.WireGuard.SendAsync(_alice.Public, FakeWireGuard.Packet(4, 64, 66)); // alice does not know this key
        using var socket = new UdpClient(AddressFamily.InterNetwork);
        await socket.SendAsync(FakeWireGuard.Packet(4, 64, 66), new IPEndPoint(IPAddress.Loopback, alice.Node.Outer.IPv4!.LocalAddress.Port));
        await socket.SendAsync(new byte[3], new IPEndPoint(IPAddress.Loopback, alice.Node.Outer.IPv4!.LocalAddress.Port));
        await Eventually.True(() => alice.Node.Strangers == 1, "the stranger's packet to be counted");
        await bob.WireGuard.SendAsync(_alice.Public, FakeWireGuard.Packet(4, 64, 1));
        Assert.Equal(1, (await alice.WireGuard.ReceiveAsync()).Packet[50]);
    }

    // A name with several addresses tells them in another order each time.
    [Fact]
    public async Task Relay_ThatFailsInAnotherWayEachTime_IsSpokenOfOnceAMinute()
    {
        await using var relay = await RelaydProcess.StartAsync();
        await using var alice = new TestAgent(relay, _alice, [_bob.Public]);
        await alice.SaysAsync("connected");
        IRelayEvents events = alice.Node;
        for (var i = 0; i < 10; i++) events.Changed(900, RelayState.Waiting, $"none of {(i % 2 == 0 ? "a, b" : "b, a")} could be reached");
        Assert.Equal(1, alice.Log.Split("could be reached").Length - 1);
        events.Changed(900, RelayState.Connected, null);
        events.Changed(900, RelayState.Connected, "it is about to restart");
        Assert.Contains("it is about to restart", alice.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Log_OntoAFullDisk_DoesNotStopTheAgent() => new AgentLog(new FullDisk(), json: false, TimeProvider.System).Write("started", "started");

    private async Task ConnectedAsync(params TestAgent[] agents)
    {
        foreach (var agent in agents) await agent.ConnectedAsync(agent.Key == _alice ? _bob.Public : _alice.Public);
    }

    private sealed class FullDisk : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("No space left on device");
    }
}
