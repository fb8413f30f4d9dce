using Relay.Client.Tests.Fakes;

namespace Relay.Client.Tests.Regions;

/// <summary>Two clients whose homes are not the same.</summary>
public sealed class RouteTests
{
    private const int Many = 2000;

    [Fact]
    public async Task Peers_WhoseHomesAreKnown_LoseNothingFromTheFirstPacketOn()
    {
        await using var regions = await TestRegions.StartAsync(2);
        var alice = await regions.AddAsync(1, Alone);
        var bob = await regions.AddAsync(2, Alone);

        for (var i = 0; i < Many; i++)
        {
            Assert.True(await alice.SendAsync(bob, i, home: 2));
            Assert.Equal(new NetworkNode.Packet(alice.Key, i, 2), await bob.PacketAsync());
            // He answers by the way he heard her, and opens none.
            Assert.True(await bob.SendAsync(alice, i));
            Assert.Equal(new NetworkNode.Packet(bob.Key, i, 2), await alice.PacketAsync());
        }

        Assert.Empty(alice.AtHand().Concat(bob.AtHand()));
        Assert.Equal([2], bob.Network.Regions.Select(r => r.Region));
        Assert.Equal([1, 2], alice.Network.Regions.Select(r => r.Region));
        Assert.Equal((1, 1), (regions[1].HomeClients, regions[2].HomeClients));
    }

    // They know each other's keys and the map. One packet goes wherever the other may be; after an answer there is one way.
    [Fact]
    public async Task Peers_ThatKnowOnlyTheMap_MeetAtItsFirstRegion()
    {
        await using var regions = await TestRegions.StartAsync(3);
        var alice = await regions.AddAsync(2);
        var bob = await regions.AddAsync(3);
        for (var i = 0; i < Many; i++)
        {
            await alice.SendAsync(bob, i);
            Assert.Equal(new NetworkNode.Packet(alice.Key, i, 1), await bob.PacketAsync());
            await bob.SendAsync(alice, i);
            Assert.Equal(new NetworkNode.Packet(bob.Key, i, 1), await alice.PacketAsync());
        }

        Assert.Empty(alice.AtHand().Concat(bob.AtHand()));
    }

    // Both were heard at the map's first region only; a copy now and then finds that they share a nearer one.
    [Fact]
    public async Task Peers_ThatMetFarAway_FindTheNearerRegionThatTheyShare()
    {
        await using var regions = await TestRegions.StartAsync(2);
        var alice = await regions.AddAsync(1);
        var bob = await regions.AddAsync(1);
        await alice.SendAsync(bob, 0);
        Assert.Equal(1, (await bob.PacketAsync()).Region);
        foreach (var node in new[] { alice, bob })
        {
            (node.Distances[1], node.Distances[2]) = (100, 10);
            await node.Network.CheckAsync();
            await node.HomeAsync(2);
        }

        // What was heard before still goes, at the first region; a packet each way is enough to change that.
        await bob.SendAsync(alice, 1);
        Assert.Equal(1, (await alice.PacketAsync()).Number);
        await alice.SendAsync(bob, 2);
        while ((await bob.PacketAsync("a packet by the nearer region")).Region != 2)
        {
        }

        await bob.SendAsync(alice, 3);
        while (await alice.PacketAsync("a packet by the nearer region") is not { Region: 2, Number: 3 })
        {
        }

        Assert.Equal((2, 2), (alice.Network.AddPeer(bob.Key).Region, bob.Network.AddPeer(alice.Key).Region));
    }

    [Fact]
    public async Task Way_ThatWasHeard_IsForgottenWhenTheRelaySaysThatThePeerIsGone()
    {
        await using var regions = await TestRegions.StartAsync(2);
        var alice = await regions.AddAsync(1, Alone);
        var bob = await regions.AddAsync(2, Alone);
        await alice.SendAsync(bob, 1, home: 2);
        await bob.PacketAsync();
        var peer = bob.Network.AddPeer(alice.Key);
        Assert.Equal(2, peer.Region);

        await alice.DisposeAsync();
        Assert.Equal((alice.Key, 2), await bob.GoneAsync());
        Assert.Null(peer.Region);
        Assert.True(peer.IsGone);
    }

    [Fact]
    public async Task Way_ThatWasHeard_IsForgottenWhenTheRelayAnswersThatThePeerIsNotThere_AndLearnedAgain()
    {
        await using var regions = await TestRegions.StartAsync(2);
        var alice = await regions.AddAsync(1, Alone);
        var bob = await regions.AddAsync(2, Alone);
        await bob.AskForAsync(alice); // nobody knows her there
        Assert.Equal((alice.Key, 2), await bob.GoneAsync());
        var peer = bob.Network.AddPeer(alice.Key);
        Assert.True(peer.IsGone);

        await alice.SendAsync(bob, 1, home: 2);
        await bob.PacketAsync();
        Assert.False(peer.IsGone);
        Assert.Equal(2, peer.Region);
    }

    [Fact]
    public async Task Way_ThroughAConnectionThatWasLost_IsForgotten()
    {
        await using var regions = await TestRegions.StartAsync(2);
        var alice = await regions.AddAsync(1, Alone);
        var bob = await regions.AddAsync(2, Alone);
        await alice.SendAsync(bob, 1, home: 2);
        await bob.PacketAsync();
        var peer = bob.Network.AddPeer(alice.Key);
        var lost = Changed(bob, RelayState.Waiting);
        var back = Changed(bob, RelayState.Connected);
        await regions.RestartAsync(2);
        await Within.TimeAsync(lost, "the loss");
        await Within.TimeAsync(back, "the new connection");
        Assert.Null(peer.Region);
    }

    [Fact]
    public async Task Receive_AtADeadNetworksEnd_AndTwiceAtOnce_Throws()
    {
        await using var regions = await TestRegions.StartAsync(1);
        var network = new RelayNetwork(regions.Map, new RelayNetworkOptions { Client = Pair.Options, PlainHttp = true });
        await using var closing = network;
        await Within.TimeAsync(network.StartAsync(Within.Token), "the home");
        using var cancel = new CancellationTokenSource();
        var receiving = network.ReceiveAsync(cancel.Token).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await network.ReceiveAsync(Within.Token));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Within.TimeAsync(receiving, "the cancelled receive"));
        receiving = network.ReceiveAsync(Within.Token).AsTask();
        await network.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Within.TimeAsync(receiving, "the receive to end"));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await network.SendAsync(Pair.Other, new byte[1]));
    }

    private static RelayNetworkOptions Alone(RelayNetworkOptions options) => options with { MeetAtFirst = false };

    private static Task Changed(NetworkNode node, RelayState state)
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Network.RegionChanged += (_, change) =>
        {
            if (change.Change.State == state) changed.TrySetResult();
        };
        return changed.Task;
    }
}
