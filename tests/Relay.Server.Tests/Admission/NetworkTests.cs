using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Admission;
using Relay.Server.Connections;
using Relay.Server.Queues;

namespace Relay.Server.Tests.Admission;

/// <summary>Nodes of two networks on one relay, and lists that change under them.</summary>
public sealed class NetworkTests : IAsyncDisposable
{
    private static readonly MeshKey Secret = Raw.MeshKey('5');
    private static readonly byte[] Disco = [.. "TS💬"u8, .. new byte[60]];

    private readonly ListAdmission _admission;
    private readonly TestRelay _relay;
    private readonly NodePrivateKey _alice = NodePrivateKey.Generate();
    private readonly NodePrivateKey _bob = NodePrivateKey.Generate();
    private readonly NodePrivateKey _carol = NodePrivateKey.Generate();

    public NetworkTests()
    {
        _relay = new TestRelay(new RelayOptions { MeshKey = Secret }, time => new ListAdmission(time));
        _admission = (ListAdmission)_relay.Admission;
        Apply(("home", [_alice, _bob]), ("office", [_carol]));
    }

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        foreach (var key in new[] { _alice, _bob, _carol }) key.Dispose();
    }

    [Fact]
    public async Task NodesOfOneNetwork_ReachEachOther()
    {
        var alice = await ConnectAsync(_alice);
        var bob = await ConnectAsync(_bob);
        await alice.SendPacketAsync(bob.Key, "hello");
        Assert.Equal(alice.Key, (await bob.ReceivePacketAsync()).From);
    }

    [Fact]
    public async Task NodeOfAnotherNetwork_IsNotHere()
    {
        var alice = await ConnectAsync(_alice);
        var carol = await ConnectAsync(_carol);

        await alice.SendPacketAsync(carol.Key, Disco);
        var notice = await alice.ReceiveAsync();
        Assert.Equal(FrameType.PeerGone, notice.Type);
        Assert.Equal((byte)PeerGoneReason.NotHere, notice.Payload[32]);

        // Exactly as for a key that nobody has.
        Assert.Empty(await carol.PingAsync());
        Assert.Equal(1, _relay.Server.Snapshot().PacketsDropped(DropReason.UnknownDestination, PacketKind.Disco));
        await alice.DisposeAsync();
        await alice.EndAsync();
        Assert.Empty(await carol.PingAsync());
    }

    [Fact]
    public async Task MeshPeer_ReachesAndSeesAllNetworks()
    {
        var alice = await ConnectAsync(_alice);
        var carol = await ConnectAsync(_carol);
        var peer = await _relay.ConnectAsync(new TestClientOptions { Info = new ClientInfo { MeshKey = Secret } });
        await peer.SendAsync(new byte[] { 0x10, 0, 0, 0, 0 });
        var present = new[] { await peer.ReceiveAsync(), await peer.ReceiveAsync(), await peer.ReceiveAsync() };
        Assert.Superset(new HashSet<NodeKey> { alice.Key, carol.Key }, present.Select(frame => new NodeKey(frame.Payload.AsSpan(0, 32))).ToHashSet());
        await peer.SendPacketAsync(carol.Key, "hello");
        await carol.ReceivePacketAsync();
    }

    [Fact]
    public async Task ForwardedPacket_ReachesTheSourcesOwnNetworkAlone()
    {
        var bob = await ConnectAsync(_bob);
        var carol = await ConnectAsync(_carol);
        using var stranger = NodePrivateKey.Generate();
        var peer = await _relay.ConnectAsync(new TestClientOptions { Info = new ClientInfo { MeshKey = Secret } });

        // Alice is connected to the peer's relay, not here; and so says the stranger, whom no list knows.
        await ForwardAsync(peer, _alice.Public, carol.Key);
        await ForwardAsync(peer, stranger.Public, carol.Key);
        await ForwardAsync(peer, _alice.Public, bob.Key);

        Assert.Equal(_alice.Public, (await bob.ReceivePacketAsync()).From);
        Assert.Empty(await carol.PingAsync());
        Assert.Equal(2, _relay.Server.Snapshot().PacketsDropped(DropReason.UnknownDestinationOnForward, PacketKind.Other));
    }

    [Fact]
    public async Task UnlistedKey_IsRefusedAndCounted()
    {
        using var stranger = NodePrivateKey.Generate();
        var client = _relay.Open(new TestClientOptions { Key = stranger });
        Assert.Equal(EndReason.NotAdmitted, await RefusedAsync(client));
        Assert.Equal(1, _relay.Server.Admissions.Decided(AdmissionResult.NotListed));
        Assert.Equal(1, _relay.Server.Handshakes.Failed(EndReason.NotAdmitted));
    }

    [Fact]
    public async Task RemovedKey_IsDisconnectedAndTheOthersStay()
    {
        var alice = await ConnectAsync(_alice);
        var bob = await ConnectAsync(_bob);
        Apply(("home", [_bob]), ("office", [_carol]));
        _relay.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(EndReason.AdmissionOver, await alice.EndAsync());
        Assert.Empty(await bob.PingAsync());
    }

    [Fact]
    public async Task MovedKey_IsDisconnectedAndComesBackInItsNewNetwork()
    {
        var alice = await ConnectAsync(_alice);
        var carol = await ConnectAsync(_carol);
        Apply(("home", [_bob]), ("office", [_carol, _alice]));
        _relay.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(EndReason.AdmissionOver, await alice.EndAsync());

        alice = await ConnectAsync(_alice);
        await alice.SendPacketAsync(carol.Key, "moved");
        Assert.Equal(alice.Key, (await carol.ReceivePacketAsync()).From);
    }

    [Fact]
    public async Task ExpiredKey_IsDisconnectedAndRefused()
    {
        Apply(("home", [_alice, _bob]), _relay.Time.GetUtcNow().AddSeconds(60));
        var alice = await ConnectAsync(_alice);
        _relay.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(await alice.PingAsync());
        _relay.Advance(TimeSpan.FromSeconds(1.25));
        Assert.Equal(EndReason.AdmissionOver, await alice.EndAsync());
        Assert.Equal(EndReason.NotAdmitted, await RefusedAsync(_relay.Open(new TestClientOptions { Key = _alice })));
        Assert.Equal(1, _relay.Server.Admissions.Decided(AdmissionResult.Expired));
    }

    [Fact]
    public async Task ProlongedKey_KeepsItsConnection()
    {
        Apply(("home", [_alice, _bob]), _relay.Time.GetUtcNow().AddSeconds(10));
        var alice = await ConnectAsync(_alice);
        Apply(("home", [_alice, _bob]), _relay.Time.GetUtcNow().AddSeconds(100));
        _relay.Advance(TimeSpan.FromSeconds(50));
        Assert.Empty(await alice.PingAsync());
    }

    private Task<TestClient> ConnectAsync(NodePrivateKey key) => _relay.ConnectAsync(new TestClientOptions { Key = key });

    private static async Task<EndReason> RefusedAsync(TestClient client)
    {
        await Assert.ThrowsAsync<EndOfStreamException>(client.HandshakeAsync);
        return await client.EndAsync();
    }

    private static Task ForwardAsync(TestClient peer, NodeKey source, NodeKey destination)
    {
        var frame = new byte[FrameHeader.Size + 64 + 5];
        FrameHeader.Write(frame, FrameType.ForwardPacket, 64 + 5);
        source.CopyTo(frame.AsSpan(5));
        destination.CopyTo(frame.AsSpan(37));
        return peer.SendAsync(frame);
    }

    private void Apply(params (string Name, NodePrivateKey[] Nodes)[] networks) =>
        _admission.Apply(new AdmissionList([.. networks.Select(network => Listed(network, null))]));

    private void Apply((string Name, NodePrivateKey[] Nodes) network, DateTimeOffset expires) =>
        _admission.Apply(new AdmissionList([Listed(network, expires)]));

    private static ListedNetwork Listed((string Name, NodePrivateKey[] Nodes) network, DateTimeOffset? expires) =>
        new(network.Name, null, network.Nodes.ToDictionary(node => node.Public, _ => new ListedNode(null, expires, null)));
}
