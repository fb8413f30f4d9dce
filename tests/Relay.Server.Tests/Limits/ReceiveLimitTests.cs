using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Admission;
using Relay.Server.Connections;
using Relay.Server.Limits;
using Relay.Testing;

namespace Relay.Server.Tests.Limits;

/// <summary>Clients that send more than they may, on a clock that stands still unless it is moved.</summary>
public sealed class ReceiveLimitTests
{
    private static readonly ByteRate Slow = new(100_000, ByteRate.LeastBurst);
    private static readonly byte[] Packet = new byte[8 * 1024];

    [Fact]
    public async Task Client_IsHeldBackAndLosesNothing()
    {
        await using var relay = new TestRelay(new RelayOptions { Rate = Slow });
        var alice = await relay.ConnectAsync();
        var bob = await relay.ConnectAsync();
        var began = relay.Time.GetUtcNow();

        // Twenty packets: 64 KiB pass at once, the rest takes a second.
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++) await alice.SendPacketAsync(bob.Key, Packet);
        });
        await Eventually.True(() => relay.Server.RateLimits.Waiting == 1, "the sender to be held back");
        var atOnce = relay.Server.Snapshot().PacketsIn(PacketKind.Other);
        Assert.InRange(atOnce, 7, 12);

        // Others go on meanwhile.
        Assert.All(await bob.PingAsync(), frame => Assert.Equal(FrameType.RecvPacket, frame.Type));

        await Eventually.True(
            () =>
            {
                relay.Time.Advance(TimeSpan.FromMilliseconds(50));
                return relay.Server.Snapshot().PacketsIn(PacketKind.Other) == 20;
            },
            "the rest to be read");
        await Eventually.Done(sending, "the sender to be done");
        await Eventually.True(() => relay.Server.RateLimits.Waiting == 0 || Advance(relay), "the last wait to end");
        Assert.InRange(relay.Server.RateLimits.Seconds(RateLimitScope.Client), 0.5, (relay.Time.GetUtcNow() - began).TotalSeconds);
        Assert.Equal(0, relay.Server.Snapshot().PacketsDropped(Queues.DropReason.QueueHead, PacketKind.Other));
    }

    [Fact]
    public async Task Rate_IsToldToTheClientAndToldAnewWhenItChanges()
    {
        await using var relay = new TestRelay(new RelayOptions { Rate = Slow });
        var alice = relay.Open();
        var greeting = await alice.ReceiveAsync();
        Assert.True(ServerKey.TryRead(greeting.Payload, out var key));
        await alice.SendAsync(new ClientInfo().ToFrame(alice.PrivateKey, key));
        var told = ServerInfo.TryRead((await alice.ReceiveAsync()).Payload, alice.PrivateKey, key)!;
        Assert.Equal((100_000, ByteRate.LeastBurst), (told.TokenBucketBytesPerSecond, told.TokenBucketBytesBurst));

        relay.Server.Rate = null;
        var frames = await alice.PingAsync();
        var anew = ServerInfo.TryRead(Assert.Single(frames, frame => frame.Type == FrameType.ServerInfo).Payload, alice.PrivateKey, key)!;
        Assert.Equal(0, anew.TokenBucketBytesPerSecond);
    }

    [Fact]
    public async Task RaisedRate_WakesWhoIsHeldBack()
    {
        await using var relay = new TestRelay(new RelayOptions { Rate = new ByteRate(1) });
        var alice = await relay.ConnectAsync();
        using var absent = NodePrivateKey.Generate();
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++) await alice.SendPacketAsync(absent.Public, Packet);
        });
        await Eventually.True(() => relay.Server.RateLimits.Waiting == 1, "the sender to be held back");

        relay.Server.Rate = null;
        relay.Advance(TimeSpan.FromSeconds(1));
        await Eventually.Done(sending, "the sender to be read from again");
    }

    [Fact]
    public async Task HeldBackClient_EndsAtOnce()
    {
        await using var relay = new TestRelay(new RelayOptions { Rate = new ByteRate(1) });
        var alice = await relay.ConnectAsync();
        using var absent = NodePrivateKey.Generate();
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++) await alice.TrySendAsync(Frame(absent.Public));
        });
        await Eventually.True(() => relay.Server.RateLimits.Waiting == 1, "the sender to be held back");
        await relay.Server.DisposeAsync();
        Assert.Equal(EndReason.Shutdown, await alice.EndAsync());
        await Eventually.Done(sending, "the sender to notice");
    }

    [Fact]
    public async Task Network_SharesOneRate()
    {
        using var aliceKey = NodePrivateKey.Generate();
        using var bobKey = NodePrivateKey.Generate();
        await using var relay = new TestRelay(null, time => new ListAdmission(time));
        var nodes = new[] { aliceKey, bobKey }.ToDictionary(key => key.Public, _ => new ListedNode(null, null, null));
        ((ListAdmission)relay.Admission).Apply(new AdmissionList([new ListedNetwork("home", Slow, nodes)]));
        var alice = await relay.ConnectAsync(new TestClientOptions { Key = aliceKey });
        var bob = await relay.ConnectAsync(new TestClientOptions { Key = bobKey });
        using var absent = NodePrivateKey.Generate();

        var sending = new[] { alice, bob }.Select(client => Task.Run(async () =>
        {
            for (var i = 0; i < 12; i++) await client.SendAsync(Frame(absent.Public));
        })).ToList();
        await Eventually.True(() => relay.Server.RateLimits.Waiting == 2, "both to be held back");
        await Eventually.True(() => sending.All(task => task.IsCompleted) || Advance(relay), "both to be read from again");
        await Eventually.True(() => relay.Server.RateLimits.Waiting == 0 || Advance(relay), "the last waits to end");
        Assert.True(relay.Server.RateLimits.Waits(RateLimitScope.Network) >= 2);
        Assert.Equal(0, relay.Server.RateLimits.Waits(RateLimitScope.Client));
    }

    [Fact]
    public async Task RaisedRateOfANetwork_WakesAllWhoAreHeldBack()
    {
        using var aliceKey = NodePrivateKey.Generate();
        using var bobKey = NodePrivateKey.Generate();
        await using var relay = new TestRelay(null, time => new ListAdmission(time));
        var nodes = new[] { aliceKey, bobKey }.ToDictionary(key => key.Public, _ => new ListedNode(null, null, null));
        ((ListAdmission)relay.Admission).Apply(new AdmissionList([new ListedNetwork("home", new ByteRate(1), nodes)]));
        var alice = await relay.ConnectAsync(new TestClientOptions { Key = aliceKey });
        var bob = await relay.ConnectAsync(new TestClientOptions { Key = bobKey });
        using var absent = NodePrivateKey.Generate();
        var sending = new[] { alice, bob }.Select(client => Task.Run(async () =>
        {
            for (var i = 0; i < 12; i++) await client.SendAsync(Frame(absent.Public));
        })).ToList();
        await Eventually.True(() => relay.Server.RateLimits.Waiting == 2, "both to be held back");

        ((ListAdmission)relay.Admission).Apply(new AdmissionList([new ListedNetwork("home", null, nodes)]));
        relay.Advance(TimeSpan.FromSeconds(1));
        await Eventually.Done(Task.WhenAll(sending), "both to be read from again");
    }

    private static bool Advance(TestRelay relay)
    {
        relay.Time.Advance(TimeSpan.FromMilliseconds(50));
        return false;
    }

    private static byte[] Frame(NodeKey to)
    {
        var frame = new byte[FrameWriter.PacketOverhead + Packet.Length];
        FrameWriter.SendPacket(frame, to, Packet);
        return frame;
    }
}
