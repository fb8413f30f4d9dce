using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Connections;
using Relay.Server.Tests.Transport;
using Relay.Server.Transport;
using Relay.Testing;

namespace Relay.Server.Tests.Diagnostics;

public sealed class MeasurementTests
{
    [Fact]
    public async Task QueueDelay_IsTakenOnceForEachWrite()
    {
        await using var relay = new TestRelay();
        var alice = await relay.ConnectAsync();
        var bob = await relay.ConnectAsync();
        Assert.Equal(0, relay.Server.Snapshot().QueueDelay.Total);

        // Two frames that come together leave together.
        var two = new byte[2 * (FrameWriter.PacketOverhead + 10)];
        FrameWriter.SendPacket(two, bob.Key, new byte[10]);
        FrameWriter.SendPacket(two.AsSpan(two.Length / 2), bob.Key, new byte[10]);
        await alice.SendAsync(two);
        await bob.ReceivePacketAsync();
        await bob.ReceivePacketAsync();
        Assert.Equal(1, relay.Server.Snapshot().QueueDelay.Total);

        await alice.SendPacketAsync(bob.Key, "third");
        await bob.ReceivePacketAsync();
        Assert.Equal(2, relay.Server.Snapshot().QueueDelay.Total);
    }

    [Fact]
    public async Task Handshakes_AreTimedAndTheirFailuresCounted()
    {
        await using var relay = new TestRelay();
        await relay.ConnectAsync();
        Assert.Equal(1, relay.Server.Handshakes.Completed.Total);

        var silent = relay.Open();
        Assert.Equal(FrameType.ServerKey, (await silent.ReceiveAsync()).Type);
        Assert.Equal(1, relay.Server.Snapshot().Handshaking);
        await silent.AwaitedAsync();
        relay.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(EndReason.HandshakeTimeout, await silent.EndAsync());

        await Eventually.True(() => relay.Server.Handshakes.Failed(EndReason.HandshakeTimeout) == 1, "the failure to be counted");
        Assert.Equal(1, relay.Server.Handshakes.Completed.Total);
        Assert.Equal(0, relay.Server.Snapshot().Handshaking);
    }

    [Fact]
    public async Task EndedClient_IsNoFailedHandshake()
    {
        await using var relay = new TestRelay();
        var client = await relay.ConnectAsync();
        await client.DisposeAsync();
        Assert.Equal(EndReason.PeerClosed, await client.EndAsync());
        Assert.All(Enum.GetValues<EndReason>(), reason => Assert.Equal(0, relay.Server.Handshakes.Failed(reason)));
    }

    [Fact]
    public async Task RoundTrip_OfAConnectionIsKnown()
    {
        Requires.Linux();
        await using var pair = await SocketPair.ConnectAsync(TimeProvider.System);
        var idle = TcpInfo.Of(pair.Ours.Socket)!.Value;
        Assert.InRange(idle.RoundTrip.TotalSeconds, 1e-6, 1);
        Assert.Equal((0u, 0u), (idle.Segments, idle.Retransmits));
        await pair.Ours.WriteAsync("one segment"u8.ToArray());
        Assert.Equal((1u, 0u), (TcpInfo.Of(pair.Ours.Socket)!.Value.Segments, idle.Retransmits));
        await pair.Ours.DisposeAsync();
        Assert.Null(TcpInfo.Of(pair.Ours.Socket));
    }

    [Fact]
    public async Task RoundTrips_AreSampledOverHalfAMinute()
    {
        Requires.Linux();
        await using var pair = await SocketPair.ConnectAsync(TimeProvider.System);
        await using var relay = new TestRelay();
        using var key = NodePrivateKey.Generate();
        var session = relay.Server.ServeAsync(new RelayConnection { Stream = pair.Ours, Socket = pair.Ours, Abort = pair.Ours.Abort });
        await pair.Peer.SendAsync(new Protocol.Handshake.ClientInfo().ToFrame(key, relay.Key.Public));
        await Eventually.True(() => relay.Server.Snapshot().Clients == 1, "the client to be there");
        await relay.WrittenAsync();

        // Each session has its turn once in 120 beats of 250 ms.
        relay.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, relay.Server.RoundTrips.Total);
        var segments = relay.Server.SegmentsSent;
        Assert.InRange(segments, 1, 3); // the greeting and the ServerInfo
        relay.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(2, relay.Server.RoundTrips.Total);
        Assert.Equal(segments, relay.Server.SegmentsSent);
        Assert.Equal(0, relay.Server.SegmentsSentAgain);
        pair.Peer.Dispose();
        await Eventually.Done(session, "the session to end");
    }

    [Fact]
    public async Task UnansweredPings_AreCounted()
    {
        await using var relay = new TestRelay();
        var client = await relay.ConnectAsync(new TestClientOptions { Capacity = 64 });
        var pings = new byte[50 * FrameWriter.PingSize];
        for (var i = 0; i < 50; i++) FrameWriter.Ping(pings.AsSpan(i * FrameWriter.PingSize), "12345678"u8);

        await client.SendAsync(pings);
        await Eventually.True(() => relay.Server.Snapshot().Pings == 50, "all pings to be read");
        Assert.InRange(relay.Server.Snapshot().PingsUnanswered, 50 - 3 * 8, 50 - 8);
    }
}
