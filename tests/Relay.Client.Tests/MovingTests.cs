using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Relay.Client.Tests.Fakes;
using Relay.Protocol.Frames;
using Relay.Protocol.Map;

namespace Relay.Client.Tests;

public sealed class MovingTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<RelayStateChangedEventArgs> _changes = new();

    [Fact]
    public async Task Restarting_InARegionWithAnotherRelay_MovesBeforeItLeaves()
    {
        await using var one = new FakeRelay();
        await using var other = new FakeRelay();
        await using var client = Client(one, other);
        var (old, receiving) = await ToldAsync(client, one, TimeSpan.FromSeconds(2));

        // The old connection serves on until the new one stands.
        await old.WriteAsync(FakeLink.Recv(Pair.Other, [1]));
        Assert.Equal([1], (await receiving).Payload);
        receiving = ReceiveAsync(client);
        var admitting = other.AdmitAsync();
        await UntilAsync(() => admitting.IsCompleted, "the move");
        var link = await admitting;

        await SentToAsync(client, other, link);
        await UntilAsync(() => _changes.Count == 2 || receiving.IsCompleted, "the news");
        await link.WriteAsync(FakeLink.Recv(Pair.Other, [3]));
        await UntilAsync(() => receiving.IsCompleted, "a packet by the new connection");
        Assert.Equal([3], (await receiving).Payload);
        Assert.Equal([RelayState.Connected, RelayState.Connected], _changes.Select(c => c.State));
        Assert.Equal($"127.0.0.1:{other.Port}", client.Connection!.Name);
    }

    [Fact]
    public async Task Restarting_WhatIsUnderWayToTheOldConnection_StillArrives()
    {
        await using var one = new FakeRelay();
        await using var other = new FakeRelay();
        await using var client = Client(one, other);
        var (old, receiving) = await ToldAsync(client, one, TimeSpan.FromSeconds(2));
        var admitting = other.AdmitAsync();
        await UntilAsync(() => admitting.IsCompleted, "the move");
        var link = await admitting;
        await SentToAsync(client, other, link);

        await old.WriteAsync(FakeLink.Recv(Pair.Other, [2]));
        Assert.Equal([2], (await receiving).Payload);
    }

    /// <summary>One that only has too many clients takes new ones as before.</summary>
    [Fact]
    public async Task Restarting_OfARelayThatStillListens_GoesToTheOtherNevertheless()
    {
        await using var one = new FakeRelay();
        await using var other = new FakeRelay();
        await using var client = Client(one, other);
        await ToldAsync(client, one, TimeSpan.Zero, stillListens: true);
        var admitting = other.AdmitAsync();
        await UntilAsync(() => admitting.IsCompleted, "the move");
        await SentToAsync(client, other, await admitting);
    }

    [Fact]
    public async Task Restarting_WithNowhereToGo_StaysToTheEnd()
    {
        await using var one = new FakeRelay();
        await using var client = Client(one);
        var (old, receiving) = await ToldAsync(client, one, TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(3));
        await old.WriteAsync(FakeLink.Recv(Pair.Other, [1]));
        Assert.Equal([1], (await receiving).Payload);
        Assert.Single(_changes);
    }

    [Fact]
    public async Task Restarting_SaidAgainAndAgain_IsHeededOnce()
    {
        await using var one = new FakeRelay();
        await using var other = new FakeRelay();
        await using var client = Client(one, other);
        var (old, receiving) = await ToldAsync(client, one, TimeSpan.FromSeconds(2));
        for (var i = 0; i < 100; i++)
        {
            await old.WriteAsync(Notice(TimeSpan.FromSeconds(1)));
            Assert.Equal(RelayMessageKind.Restarting, (await receiving).Kind);
            receiving = ReceiveAsync(client);
        }

        var admitting = other.AdmitAsync();
        await UntilAsync(() => admitting.IsCompleted, "the move");
        await SentToAsync(client, other, await admitting);
        Assert.False(other.AcceptLinkAsync().IsCompleted);
    }

    /// <summary>It is on the second node, and the relay says that this is not as it should be: it goes to the first, before it leaves.</summary>
    [Fact]
    public async Task Health_OnAnotherThanTheFirstNode_MovesThereWithinAMinute()
    {
        await using var one = new FakeRelay();
        await using var other = new FakeRelay();
        await using var client = Client(one, other);
        var (there, receiving) = await MovedAsync(client, one, other);
        await there.WriteAsync(Health("the first node is up"));
        Assert.Equal(RelayMessageKind.Health, (await receiving).Kind);
        receiving = ReceiveAsync(client);
        var admitting = one.AdmitAsync();
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(admitting.IsCompleted);
        await there.WriteAsync(FakeLink.Recv(Pair.Other, [4]));
        Assert.Equal([4], (await receiving).Payload);

        await UntilAsync(() => admitting.IsCompleted, "the move");
        await SentToAsync(client, one, await admitting);
        Assert.DoesNotContain(_changes, change => change.State == RelayState.Waiting);
    }

    [Fact]
    public async Task Health_WhereTheFirstNodeCannotBeReached_StaysAndTriesOnce()
    {
        await using var one = new FakeRelay();
        await using var other = new FakeRelay();
        await using var client = Client(one, other);
        var (there, receiving) = await MovedAsync(client, one, other);
        one.StopListening();
        for (byte i = 0; i < 3; i++)
        {
            await there.WriteAsync(Health($"fault {i}"));
            Assert.Equal(RelayMessageKind.Health, (await receiving).Kind);
            receiving = ReceiveAsync(client);
            _time.Advance(TimeSpan.FromMinutes(1));
            await there.WriteAsync(FakeLink.Recv(Pair.Other, [i]));
            Assert.Equal([i], (await receiving).Payload);
            receiving = ReceiveAsync(client);
        }

        Assert.Equal($"127.0.0.1:{other.Port}", client.Connection!.Name);
    }

    /// <summary>Two ways lead to the first node at once: one is taken, and what is under way to the old connection still arrives.</summary>
    [Fact]
    public async Task Restarting_ToldOnTheWayHome_MovesOnce()
    {
        await using var one = new FakeRelay();
        await using var other = new FakeRelay();
        await using var client = Client(one, other);
        var (there, receiving) = await MovedAsync(client, one, other);
        await there.WriteAsync(Health("the first node is up"));
        Assert.Equal(RelayMessageKind.Health, (await receiving).Kind);
        receiving = ReceiveAsync(client);
        _time.Advance(TimeSpan.FromSeconds(30));
        var home = await one.AcceptLinkAsync();
        await there.WriteAsync(Notice(TimeSpan.Zero));
        Assert.Equal(RelayMessageKind.Restarting, (await receiving).Kind);
        receiving = ReceiveAsync(client);
        var away = await one.AcceptLinkAsync();
        await Task.WhenAll(home.AdmitAsync(), away.AdmitAsync());
        await InUseAsync(client, one);

        await there.WriteAsync(FakeLink.Recv(Pair.Other, [5]));
        Assert.Equal([5], (await receiving).Payload);
    }

    [Fact]
    public async Task Health_OnTheFirstNode_MovesNobody()
    {
        await using var one = new FakeRelay();
        await using var other = new FakeRelay();
        await using var client = Client(one, other);
        var receiving = ReceiveAsync(client);
        var link = await one.AdmitAsync();
        await link.WriteAsync(Health("another connection uses this key"));
        Assert.Equal(RelayMessageKind.Health, (await receiving).Kind);
        receiving = ReceiveAsync(client);
        _time.Advance(TimeSpan.FromSeconds(90));
        await link.WriteAsync(FakeLink.Recv(Pair.Other, [1]));
        Assert.Equal([1], (await receiving).Payload);
        Assert.Single(_changes);
        Assert.False(other.AcceptLinkAsync().IsCompleted);
    }

    // From the first relay to the other one, where it is now alone.
    private async Task<(FakeLink Link, Task<Received> Receiving)> MovedAsync(RelayClient client, FakeRelay one, FakeRelay other)
    {
        var (old, receiving) = await ToldAsync(client, one, TimeSpan.Zero, stillListens: true);
        var admitting = other.AdmitAsync();
        await UntilAsync(() => admitting.IsCompleted, "the move");
        var link = await admitting;
        await SentToAsync(client, other, link);
        await old.DisposeAsync();
        await link.WriteAsync(FakeLink.Recv(Pair.Other, [1]));
        Assert.Equal([1], (await receiving).Payload);
        return (link, ReceiveAsync(client));
    }

    private static byte[] Health(string text)
    {
        var frame = new byte[256];
        return frame[..FrameWriter.Health(frame, text)];
    }

    private RelayClient Client(params FakeRelay[] relays)
    {
        var options = Pair.Options with { TimeProvider = _time, Chance = () => 0.5, Transport = RelayTransport.Raw };
        var region = new DerpRegion
        {
            RegionID = 1,
            RegionCode = "r",
            Nodes = [.. relays.Select((relay, i) => new DerpNode { Name = $"n{i}", RegionID = 1, HostName = "127.0.0.1", IPv4 = "127.0.0.1", IPv6 = "none", DERPPort = relay.Port })],
        };
        var client = new RelayClient(RelayEndpoint.FromRegion(region, plainHttp: true), options);
        client.StateChanged += (_, change) => _changes.Enqueue(change);
        return client;
    }

    // Connected to the first relay, which has said that it restarts and (unless it still listens) takes no more connections.
    private static async Task<(FakeLink Old, Task<Received> Receiving)> ToldAsync(RelayClient client, FakeRelay relay, TimeSpan reconnectIn, bool stillListens = false)
    {
        var receiving = ReceiveAsync(client);
        var link = await relay.AdmitAsync();
        if (!stillListens) relay.StopListening();
        await link.WriteAsync(Notice(reconnectIn));
        Assert.Equal(RelayMessageKind.Restarting, (await receiving).Kind);
        return (link, ReceiveAsync(client));
    }

    // What the client sends goes to this relay, from now on.
    private static async Task SentToAsync(RelayClient client, FakeRelay relay, FakeLink link)
    {
        await InUseAsync(client, relay);
        Assert.True(await client.SendAsync(Pair.Other, new byte[] { 9 }, Within.Token));
        Assert.Equal(9, (await link.ReadFrameAsync()).Payload[32]);
    }

    private static async Task InUseAsync(RelayClient client, FakeRelay relay)
    {
        await Within.TimeAsync(SwappedAsync(), "the new connection to be in use");

        async Task SwappedAsync()
        {
            while (client.Connection?.Name != $"127.0.0.1:{relay.Port}") await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Within.Token);
        }
    }

    private static byte[] Notice(TimeSpan reconnectIn)
    {
        var frame = new byte[FrameWriter.RestartingSize];
        FrameWriter.Restarting(frame, reconnectIn, TimeSpan.FromSeconds(10));
        return frame;
    }

    private static async Task<Received> ReceiveAsync(RelayClient client)
    {
        var message = await Within.TimeAsync(client.ReceiveAsync(Within.Token), "a message");
        return new Received(message.Kind, message.Key, message.Payload.ToArray());
    }

    private async Task UntilAsync(Func<bool> condition, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(20)) throw new TimeoutException($"waited 20 s for {what}");
            _time.Advance(TimeSpan.FromMilliseconds(5));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Within.Token);
        }
    }
}
