using Microsoft.Extensions.Time.Testing;
using Relay.Client.Tests.Fakes;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;
using Relay.Testing;

namespace Relay.Client.Tests.Regions;

/// <summary>Which connections there are, and for how long.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task Connection_ThatAPacketOpened_IsClosedWhenItHasBeenIdle_AndTheHomeIsNot()
    {
        await using var regions = await TestRegions.StartAsync(2);
        var time = new FakeTimeProvider();
        var alice = await regions.AddAsync(1, options => Alone(options) with { Client = options.Client with { TimeProvider = time } });
        var bob = await regions.AddAsync(2, Alone);
        await alice.SendAsync(bob, 1, home: 2);
        await bob.PacketAsync();
        for (var i = 0; i < 10; i++)
        {
            Advance(45);
            await bob.SendAsync(alice, i); // what comes in counts, too
            Assert.Equal(i, (await alice.PacketAsync()).Number);
        }

        Assert.Equal([1, 2], alice.Network.Regions.Select(r => r.Region));
        await Eventually.True(
            () =>
            {
                Advance(15);
                return alice.Network.Regions.Count == 1;
            },
            "the idle connection to be closed");
        Assert.True(alice.Region(1)!.IsHome);
        await Eventually.True(() => regions[2].Clients == 1, "the relay to see it leave");

        // A quarter of a minute at a time, as the sweep looks.
        void Advance(int seconds)
        {
            for (; seconds > 0; seconds -= 15) time.Advance(TimeSpan.FromSeconds(15));
        }
    }

    [Fact]
    public async Task Connections_BeyondTheLimit_AreRefused_UntilOneIsIdle()
    {
        await using var regions = await TestRegions.StartAsync(6);
        var time = new FakeTimeProvider();
        var alice = await regions.AddAsync(1, options => Alone(options) with { Client = options.Client with { TimeProvider = time }, MaxConnections = 4 });
        for (var id = 2; id <= 4; id++) Assert.True(await alice.Network.SendAsync(Key(), new byte[1], id));
        var other = Key();
        Assert.True(await alice.Network.SendAsync(other, new byte[1], 5)); // to where she is at home herself, since he may be there
        Assert.Null(alice.Region(5));
        Assert.Equal(4, alice.Network.Regions.Count);
        await Eventually.True(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(16));
                Assert.True(await alice.Network.SendAsync(other, new byte[1], 5));
                return alice.Region(5) is not null;
            },
            "one to be idle");
        Assert.Equal(4, alice.Network.Regions.Count);
    }

    [Fact]
    public async Task Packets_ForARegionThatIsBeingConnectedTo_WaitThere_TheLastOfThem()
    {
        await using var relay = new FakeRelay();
        var map = new DerpMap { Regions = { [1] = RegionServer.At(1, relay.Port), [2] = RegionServer.At(2, relay.Port) } };
        await using var network = new RelayNetwork(map, new RelayNetworkOptions
        {
            Client = Pair.Options with { Transport = RelayTransport.Raw },
            PlainHttp = true,
            MeetAtFirst = false,
            Measure = (_, _) => Task.FromResult<IReadOnlyDictionary<int, TimeSpan>>(new Dictionary<int, TimeSpan> { [1] = TimeSpan.FromMilliseconds(1) }),
        });
        var starting = network.StartAsync(Within.Token);
        await relay.AdmitAsync();
        await Within.TimeAsync(starting, "the home");
        var peer = network.AddPeer(Pair.Other, home: 2);
        for (byte i = 0; i < 40; i++) Assert.True(await peer.SendAsync(new byte[] { i }));
        var link = await relay.AdmitAsync();
        for (byte i = 8; i < 40; i++) Assert.Equal(i, (await link.ReadFrameAsync()).Payload[NodeKey.Size]);
    }

    [Fact]
    public async Task Map_ThatChanges_IsFollowed()
    {
        await using var regions = await TestRegions.StartAsync(3);
        var alice = await regions.AddAsync(1, Alone);
        var bob = await regions.AddAsync(3, Alone);
        await alice.SendAsync(bob, 1, home: 3);
        await bob.PacketAsync();

        // Her home goes, the next one is new; the third region stays as it is, and so does the connection to it.
        var map = regions.Map;
        map.Regions.Remove(1);
        await alice.Network.UseAsync(map);
        await alice.HomeAsync(2);
        Assert.Equal([2, 3], alice.Network.Regions.Select(r => r.Region));
        await Eventually.True(() => (regions[1].Clients, regions[2].Clients, regions[3].Clients) == (0, 1, 2), "the relays to see her move");

        // The third moves to another port: connected to anew.
        await regions.RestartAsync(1);
        map = regions.Map;
        map.Regions[3] = regions[1].Region with { RegionID = 3 };
        await alice.Network.UseAsync(map);
        await Eventually.True(() => regions[3].Clients == 1, "the old one to be left");
        await alice.SendAsync(bob, 2);
        await Eventually.True(() => regions[1].Clients == 1, "the new one to be connected to");
    }

    [Fact]
    public async Task Start_WhereNoRegionAnswers_SaysSo()
    {
        await using var regions = await TestRegions.StartAsync(1);
        await regions[1].StopAsync();
        var time = new FakeTimeProvider();
        await using var network = new RelayNetwork(regions.Map, new RelayNetworkOptions { Client = Pair.Options with { TimeProvider = time }, PlainHttp = true });
        var failed = new TaskCompletionSource();
        network.RegionChanged += (_, change) => failed.TrySetResult();
        var starting = network.StartAsync(Within.Token);
        await Within.TimeAsync(failed.Task, "the first failure");
        time.Advance(TimeSpan.FromSeconds(31));
        var failure = await Within.FailsAsync(starting, "the start to give up");
        Assert.Contains("no region of the map could be reached within 30 s", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{regions[1].Port}", failure.Message, StringComparison.Ordinal);
    }

    // The caller's way of measuring never ends, whatever it is told; and the relay is up only after the first attempt was given up.
    [Fact]
    public async Task Start_WhereMeasuringHangsAndTheRelayIsLate_ComesToAHome()
    {
        await using var regions = await TestRegions.StartAsync(2);
        await regions[1].StopAsync();
        await regions[2].StopAsync();
        var time = new FakeTimeProvider();
        await using var network = new RelayNetwork(regions.Map, new RelayNetworkOptions
        {
            Client = Pair.Options with { TimeProvider = time, ConnectTimeout = TimeSpan.FromSeconds(1), Transport = RelayTransport.Raw },
            PlainHttp = true,
            Measure = (_, _) => new TaskCompletionSource<IReadOnlyDictionary<int, TimeSpan>>().Task,
        });
        var home = new TaskCompletionSource<int>();
        network.HomeChanged += (_, change) => home.TrySetResult(change.Home);
        network.Start();
        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.True(() => network.Regions.Count > 0, "a region to be connected to");
        }

        Assert.Null(network.Home);
        await regions.RestartAsync(1);
        await regions.RestartAsync(2);
        await Eventually.True(
            () =>
            {
                // Not so fast that a busy machine's connections take longer than they may.
                time.Advance(TimeSpan.FromMilliseconds(20));
                return home.Task.IsCompleted;
            },
            "a home");
        Assert.InRange(await home.Task, 1, 2);
    }

    [Fact]
    public async Task Home_ThatIsMovedTo_FindsRoomBesideConnectionsInUse()
    {
        await using var regions = await TestRegions.StartAsync(5);
        var alice = await regions.AddAsync(1, options => Alone(options) with { MaxConnections = 4 });
        for (var id = 2; id <= 4; id++) Assert.True(await alice.Network.SendAsync(Key(), new byte[1], id));
        (alice.Distances[1], alice.Distances[5]) = (100, 10);
        await alice.Network.CheckAsync();
        await alice.HomeAsync(5);
        Assert.Equal(4, alice.Network.Regions.Count);
    }

    private static NodeKey Key()
    {
        using var key = NodePrivateKey.Generate();
        return key.Public;
    }

    private static RelayNetworkOptions Alone(RelayNetworkOptions options) => options with { MeetAtFirst = false };
}
