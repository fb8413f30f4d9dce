using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Relay.Agent.Up.Data;
using Relay.Protocol.Keys;
using Relay.Testing;
using Relay.Udp;

namespace Relay.Agent.Tests.Up;

public sealed class SocketLoopTests
{
    private readonly NodePrivateKey _alice = NodePrivateKey.Generate(), _bob = NodePrivateKey.Generate();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OuterSocket_ThatBreaks_IsBoundAgainAndPacketsGoOn(bool portable)
    {
        await using var relay = await RelaydProcess.StartAsync();
        await using var alice = new TestAgent(relay, _alice, [_bob.Public], portable);
        await using var bob = new TestAgent(relay, _bob, [_alice.Public], portable);
        await alice.ConnectedAsync(_bob.Public);
        await bob.ConnectedAsync(_alice.Public);
        await DirectAsync(alice);
        var broken = alice.Node.Outer.IPv4!;
        broken.Fail(SocketError.NetworkDown);
        await alice.SaysAsync($"udp {broken.LocalAddress}: the socket broke (NetworkDown) and is bound again");
        Assert.NotSame(broken, alice.Node.Outer.IPv4);
        Assert.Equal(broken.LocalAddress, alice.Node.Outer.IPv4!.LocalAddress);
        await DirectAsync(alice);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LocalSocket_ThatBreaks_IsBoundAgainWhereWireGuardKnowsIt(bool portable)
    {
        await using var relay = await RelaydProcess.StartAsync();
        await using var alice = new TestAgent(relay, _alice, [_bob.Public], portable);
        await using var bob = new TestAgent(relay, _bob, [_alice.Public], portable);
        await alice.ConnectedAsync(_bob.Public);
        await bob.ConnectedAsync(_alice.Public);
        var known = alice.WireGuard.EndPointOf(_bob.Public)!;
        alice.Node.Peers.Find(_bob.Public)!.Socket.Fail(SocketError.NotSocket);
        await alice.SaysAsync($"udp {known}: the socket broke (NotSocket) and is bound again");
        await alice.WireGuard.SendAsync(known, FakeWireGuard.Packet(4, 64, 5));
        Assert.Equal(5, (await bob.WireGuard.ReceiveAsync()).Packet[50]);
        await bob.WireGuard.SendAsync(_alice.Public, FakeWireGuard.Packet(4, 64, 6));
        Assert.Equal(6, (await alice.WireGuard.ReceiveAsync()).Packet[50]);
    }

    [Fact]
    public async Task Loop_WhoseSocketBreaksAgainAndAgain_SpeaksOnceOfEachObstacle()
    {
        var (attempts, said, received) = (0, new ConcurrentQueue<string>(), 0);
        var first = UdpSocket.Bind(new(IPAddress.Loopback, 0));
        var address = first.LocalAddress.ToIPEndPoint();
        using var loop = new SocketLoop(first, () => ++attempts is 1 or 2 ? throw new SocketException((int)SocketError.AddressAlreadyInUse) : UdpSocket.Bind(address));
        loop.Start(UdpIo.Best, "test", (_, _, _) => { }, (_, error, obstacle) => said.Enqueue($"{error} {obstacle}"), (reader, _) =>
        {
            while (reader.TryNext(out var _, out var _)) received++;
        });
        first.Fail(SocketError.NetworkDown);
        await Eventually.True(() => loop.Socket != first, "another socket");
        var second = loop.Socket;
        second.Fail(SocketError.NetworkDown);
        await Eventually.True(() => loop.Socket != second, "a third one");
        Assert.Equal(["NetworkDown AddressAlreadyInUse", "NetworkDown "], said);
        Assert.Equal(4, attempts);

        using var sender = new UdpClient(AddressFamily.InterNetwork);
        await sender.SendAsync(new byte[1], address);
        await Eventually.True(() => Volatile.Read(ref received) > 0, "a datagram");
        loop.Socket.Fail(SocketError.Shutdown);
        await Eventually.True(() => said.Count == 3, "it to be said again, since the socket worked meanwhile");
    }

    [Fact]
    public async Task Loop_ThatCannotBindAgain_CanBeDisposed()
    {
        var (tried, first) = (new TaskCompletionSource(), UdpSocket.Bind(new(IPAddress.Loopback, 0)));
        var loop = new SocketLoop(first, () =>
        {
            tried.TrySetResult();
            throw new SocketException((int)SocketError.AddressNotAvailable);
        });
        loop.Start(UdpIo.Best, "test", (_, _, _) => { }, (_, _, _) => { }, (_, _) => { });
        first.Fail(SocketError.NetworkDown);
        await Eventually.Done(tried.Task, "an attempt to bind");
        await Eventually.Done(Task.Run(loop.Dispose), "the loop to end");
    }

    // Half of what was asked for is nothing that anybody would notice, but for the peers that are not reached.
    [Fact]
    public void OuterSockets_WhosePortIsTakenInOneFamily_AreNotHad()
    {
        using var taken = new UdpClient(new IPEndPoint(IPAddress.Any, 0));
        var failure = Assert.Throws<SocketException>(() => new OuterSockets(UdpIo.Best, ((IPEndPoint)taken.Client.LocalEndPoint!).Port));
        Assert.Equal(SocketError.AddressAlreadyInUse, failure.SocketErrorCode);
    }

    private async Task DirectAsync(TestAgent alice)
    {
        var path = alice.Node.Peers.Find(_bob.Public)!.Path;
        await Eventually.True(
            async () =>
            {
                await alice.WireGuard.SendAsync(_bob.Public, FakeWireGuard.Packet(4, 64, 5));
                return path.Route is { UsesDirect: true, UsesRelay: false };
            },
            "a trusted direct path");
    }
}
