using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Relay.Agent.Maps;
using Relay.Agent.Up;
using Relay.Agent.Up.Network;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;
using Relay.Testing;

namespace Relay.Agent.Tests.Up;

public sealed class NetworkKeeperTests
{
    // Links and addresses make themselves heard all the time, with each router advertisement for one; elsewhere than on Linux
    // somebody looks every few seconds. A port of the router is not to be given back for that.
    [Fact]
    public async Task Notice_OfNothingThatMatters_IsNoMove()
    {
        await using var parts = new AgentParts();
        using var stop = new CancellationTokenSource();
        var (watch, log, links, moves) = (new TestWatch(), new StringWriter(CultureInfo.InvariantCulture), 0, 0);
        var keeper = Keeper(parts, watch, log, TimeProvider.System);
        (keeper.LinksChanged, keeper.Moved) = (() => links++, () => moves++);
        await keeper.StartAsync(stop.Token);
        var running = keeper.RunAsync(stop.Token);
        await watch.SayAsync(NetworkEvents.Something);
        Assert.Equal((1, 0, ""), (links, moves, log.ToString()));
        await watch.SayAsync(NetworkEvents.DefaultRoute);
        Assert.Equal((2, 1), (links, moves));
        Assert.Contains("network: ", log.ToString(), StringComparison.Ordinal);
        await stop.CancelAsync();
        await Eventually.Done(running, "the keeper to stop");
    }

    [Fact]
    public async Task Machine_ThatSlept_LooksAtEverythingAnew()
    {
        await using var parts = new AgentParts();
        using var stop = new CancellationTokenSource();
        var (time, log, moved) = (new FakeTimeProvider(), new StringWriter(CultureInfo.InvariantCulture), new TaskCompletionSource());
        var keeper = Keeper(parts, new TestWatch(), log, time);
        keeper.Moved = () => moved.TrySetResult();
        await keeper.StartAsync(stop.Token);
        var running = keeper.RunAsync(stop.Token);
        // No more than a nap, so that it is none however late the keeper sets its timer.
        for (var passed = SleepWatch.Interval; passed <= SleepWatch.Nap; passed += SleepWatch.Interval) time.Advance(SleepWatch.Interval);
        Assert.False(moved.Task.IsCompleted);
        // A night that it slept through while no timer of its ran is one that nobody can notice: hence as many as it takes.
        await Eventually.True(
            () =>
            {
                time.AdjustTime(time.GetUtcNow() + TimeSpan.FromHours(8));
                time.Advance(SleepWatch.Interval);
                return moved.Task.IsCompleted;
            },
            "the move to be told");
        Assert.Contains("slept", log.ToString(), StringComparison.Ordinal);
        await stop.CancelAsync();
        await Eventually.Done(running, "the keeper to stop");
    }

    // Its STUN server was asked for the way at first, over IPv4, and then the relay itself, which answers over IPv6.
    [Fact]
    public async Task Relay_OfTheOtherFamily_IsNoOtherNetwork()
    {
        if (!HasIPv6()) throw Missing.Because("needs IPv6 on loopback");
        using var alice = NodePrivateKey.Generate();
        await using var relay = await RelaydProcess.StartAsync(null, new IPEndPoint(IPAddress.IPv6Loopback, 0), []);
        var node = new DerpNode { Name = "1a", RegionID = 1, HostName = "localhost", IPv4 = "127.0.0.1", IPv6 = "::1", DERPPort = relay.Port, STUNPort = relay.StunEndPoint.Port };
        var map = new DerpMap { Regions = { [1] = new DerpRegion { RegionID = 1, RegionCode = "r1", RegionName = "One", Nodes = [node] } } };
        var watch = new TestWatch();
        await using var agent = new TestAgent(relay, alice, [], source: new RelaySource(map, PlainHttp: true, "a map"), watch: watch);
        await agent.SaysAsync("connected");
        var connection = Assert.Single(agent.Node.Relays.Network.Regions).RemoteEndPoint;
        await watch.SayAsync(NetworkEvents.Something);
        await watch.SayAsync(NetworkEvents.Something);
        Assert.DoesNotContain("network: ", agent.Log, StringComparison.Ordinal);
        Assert.Equal(connection, Assert.Single(agent.Node.Relays.Network.Regions).RemoteEndPoint);
    }

    private static NetworkKeeper Keeper(AgentParts parts, TestWatch watch, StringWriter log, TimeProvider time)
    {
        var settings = new UpSettings { Device = "wg-test", Key = parts.Key, Mtu = 1420, Source = parts.Source, ControlPath = "none" };
        return new NetworkKeeper(settings, watch, parts.Outer, parts.Paths, parts.Relays.Network, new AgentLog(TextWriter.Synchronized(log), false, time), time);
    }

    private static bool HasIPv6()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
