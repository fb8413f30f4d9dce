using Microsoft.Extensions.Time.Testing;
using Relay.Client.Tests.Fakes;
using Relay.Testing;

namespace Relay.Client.Tests.Regions;

/// <summary>Where a client is at home, and what a change of that costs: nothing.</summary>
public sealed class HomeTests
{
    [Fact]
    public async Task HomeChange_UnderTraffic_LosesNothing()
    {
        await using var regions = await TestRegions.StartAsync(3);
        var alice = await regions.AddAsync(1, Alone);
        var bob = await regions.AddAsync(2, Alone);
        var (sent, home) = (0, 1);
        alice.Network.HomeChanged += (_, change) => home = change.Home; // as whoever tells peers of homes would
        using var enough = new CancellationTokenSource();
        var traffic = Task.Run(async () =>
        {
            for (; !enough.IsCancellationRequested; Interlocked.Increment(ref sent))
            {
                Assert.True(await bob.SendAsync(alice, sent, home));
                Assert.Equal(sent, (await alice.PacketAsync($"packet {sent}")).Number);
            }
        });
        foreach (var next in new[] { 3, 2, 1 })
        {
            foreach (var id in alice.Distances.Keys) alice.Distances[id] = id == next ? 10 : 100;
            await alice.Network.CheckAsync();
            await alice.HomeAsync(next);
            var before = Volatile.Read(ref sent);
            await Eventually.True(() => Volatile.Read(ref sent) > before + 200, "packets by the new way");
            await Eventually.True(() => regions[next].HomeClients == (next == 2 ? 2 : 1) && regions[next == 1 ? 2 : next == 2 ? 3 : 1].HomeClients == (next == 1 ? 1 : 0), "the relays to be told");
        }

        await enough.CancelAsync();
        await traffic;
        Assert.Empty(alice.AtHand());
    }

    // The old home is still good for those who have not heard of the new one.
    [Fact]
    public async Task HomeChange_LeavesTheOldConnectionOpen()
    {
        await using var regions = await TestRegions.StartAsync(2);
        var alice = await regions.AddAsync(1, Alone);
        var bob = await regions.AddAsync(1, Alone);
        (alice.Distances[1], alice.Distances[2]) = (100, 10);
        await alice.Network.CheckAsync();
        await alice.HomeAsync(2);
        await bob.SendAsync(alice, 1, home: 1);
        Assert.Equal(1, (await alice.PacketAsync()).Region);
    }

    [Fact]
    public async Task Home_ThatCannotBeReached_IsNotMovedTo()
    {
        await using var regions = await TestRegions.StartAsync(2);
        var alice = await regions.AddAsync(1, options => Alone(options) with { Client = options.Client with { ConnectTimeout = TimeSpan.FromMilliseconds(200) } });
        await regions[2].StopAsync();
        (alice.Distances[1], alice.Distances[2]) = (100, 10);
        var measured = alice.Measured.Count;
        var failed = new TaskCompletionSource();
        alice.Network.RegionChanged += (_, change) =>
        {
            if (change is { Region: 2, Change.State: RelayState.Waiting }) failed.TrySetResult();
        };
        await alice.Network.CheckAsync();
        await Within.TimeAsync(failed.Task, "an attempt at the nearer region");
        await alice.Network.CheckAsync();
        await Eventually.True(() => alice.Measured.Count >= measured + 2, "the attempt to be over");
        Assert.Equal(1, alice.Network.Home);
        Assert.True(alice.Region(1)!.IsHome);
        Assert.Equal(1, regions[1].HomeClients);
    }

    // Bob still believes that her home is the dead region; she and he meet at the map's first one, as long as he was not told.
    [Fact]
    public async Task Region_ThatDies_IsLeftForTheNext_AndPeersFindEachOtherAgain()
    {
        await using var regions = await TestRegions.StartAsync(3);
        var alice = await regions.AddAsync(3);
        var bob = await regions.AddAsync(2);
        // The first goes to the region where they might meet as well, until her home is connected.
        for (var region = 0; region != 3;)
        {
            await bob.SendAsync(alice, 0, home: 3);
            region = (await alice.PacketAsync()).Region;
        }

        await alice.SendAsync(bob, 0);
        Assert.Equal(3, (await bob.PacketAsync()).Region);

        await regions[3].StopAsync();
        alice.Distances.Remove(3, out _);
        await alice.HomeAsync(1);
        await Eventually.True(
            async () =>
            {
                await bob.SendAsync(alice, 1);
                return alice.AtHand().Any(packet => packet.Number == 1);
            },
            "Bob to reach her");
        await Eventually.True(
            async () =>
            {
                await alice.SendAsync(bob, 2);
                return bob.AtHand().Any(packet => packet.Number == 2);
            },
            "her to reach Bob");
    }

    // STUN still answers there, but nothing takes a connection: after three seconds that counts for more.
    [Fact]
    public async Task Region_ThatAnswersMeasuringAlone_IsLeftToo()
    {
        await using var regions = await TestRegions.StartAsync(2);
        var alice = await regions.AddAsync(2, Alone);
        await regions[2].StopAsync();
        await alice.HomeAsync(1);
    }

    [Fact]
    public async Task Home_IsMeasuredEveryFiveMinutes_AndNotLeftForLittle()
    {
        await using var regions = await TestRegions.StartAsync(2);
        var time = new FakeTimeProvider();
        var alice = await regions.AddAsync(1, options => Alone(options) with { Client = options.Client with { TimeProvider = time } });
        alice.Distances[1] = 29;
        await MeasureAsync(20); // not 10 ms better
        alice.Distances[1] = 100;
        await MeasureAsync(67); // not a third better
        await MeasureAsync(66);
        await alice.HomeAsync(2);
        Assert.Equal([null, 1, 1, 1], alice.Measured);

        async Task MeasureAsync(int other)
        {
            alice.Distances[2] = other;
            var before = alice.Measured.Count;
            time.Advance(TimeSpan.FromMinutes(4));
            Assert.Equal(before, alice.Measured.Count);
            // An earlier round is older than five minutes by then, and counts no more. When the wait began cannot be seen from here.
            await Eventually.True(
                () =>
                {
                    time.Advance(TimeSpan.FromSeconds(30));
                    return alice.Measured.Count > before;
                },
                "a round");
        }
    }

    private static RelayNetworkOptions Alone(RelayNetworkOptions options) => options with { MeetAtFirst = false };
}
