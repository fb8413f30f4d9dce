using System.Text;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Mesh;
using Relay.Server.Queues;
using Relay.Testing;

namespace Relay.Server.Tests.Mesh;

/// <summary>A relay that has to ask who is where: the first packets to somebody wait for the answer.</summary>
public sealed class HeldPacketsTests : IAsyncLifetime
{
    private readonly MemoryMesh _region = new();
    private readonly AskedPresence _presence = new();
    private TestRelay _a = null!;
    private TestClient _alice = null!;
    private TestClient _bob = null!;

    private RelayMesh Mesh => _region.Mesh("a");

    private MeshLinkSnapshot Link => _region.Link("a", "b");

    public async ValueTask InitializeAsync()
    {
        _a = _region.Add("a", new MeshOptions { Watch = false }, presence: _presence);
        var b = _region.Add("b");
        await Mesh.SetMembersAsync([MemoryMesh.Member("b")]);
        (_alice, _bob) = (await _a.ConnectAsync(), await b.ConnectAsync());
    }

    public ValueTask DisposeAsync() => _region.DisposeAsync();

    [Fact]
    public async Task FirstPackets_WaitForTheAnswer_AndArriveInOrder()
    {
        foreach (var text in new[] { "1", "2", "3" }) await _alice.SendPacketAsync(_bob.Key, text);
        await _alice.PingAsync();
        Assert.Equal([_bob.Key], _presence.Asked);
        Assert.Equal(0, _region.Link("a", "b").ForwardedOut);

        Mesh.Found(_bob.Key, MemoryMesh.Member("b"));
        await _alice.SendPacketAsync(_bob.Key, "4");
        foreach (var text in new[] { "1", "2", "3", "4" }) Assert.Equal((_alice.Key, text), await ReceiveAsync(_bob));
        Assert.Equal([_bob.Key], _presence.Asked);
        Assert.Equal(0, Mesh.NotFoundInTime + Dropped());
    }

    /// <summary>What waits for a link that is being opened counts as forwarded only once it is.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PacketsForALinkThatIsBeingOpened_AreForwardedOnceItIs(bool opens)
    {
        var dialling = new TaskCompletionSource();
        _region.DiallingGoesOn = dialling.Task;
        await _alice.SendPacketAsync(_bob.Key, "1");
        await _alice.PingAsync();
        Mesh.Found(_bob.Key, MemoryMesh.Member("b"));
        foreach (var text in new[] { "2", "3" }) await _alice.SendPacketAsync(_bob.Key, text);
        await _alice.PingAsync();
        var opening = Link;
        if (!opens) _region.Unreachable.Add("b");
        dialling.SetResult();
        Assert.Equal((MeshLinkState.Connecting, 0, 0), (opening.State, opening.ForwardedOut, opening.BytesOut));
        if (opens)
        {
            foreach (var text in new[] { "1", "2", "3" }) Assert.Equal((_alice.Key, text), await ReceiveAsync(_bob));
            Assert.Equal((3, 3), (Link.ForwardedOut, Link.BytesOut));
        }
        else
        {
            await Eventually.True(() => Enum.GetValues<DropReason>().Sum(Link.Dropped) == 3, "the packets to be dropped");
            Assert.Equal((0, 0), (Link.ForwardedOut, Link.BytesOut));
        }
    }

    /// <summary>The other relay cannot be reached: senders are told, instead of waiting, and once it can be, packets arrive again.</summary>
    [Fact]
    public async Task LinkThatCannotBeOpened_IsTriedOnAndSendersAreTold()
    {
        _region.Unreachable.Add("b");
        await _alice.SendPacketAsync(_bob.Key, Disco);
        await _alice.PingAsync();
        Mesh.Found(_bob.Key, MemoryMesh.Member("b"));
        await Eventually.True(() => Link.State == MeshLinkState.Waiting, "the link to fail");
        await _alice.SendPacketAsync(_bob.Key, Disco);
        await NotHereAsync(_alice, _bob.Key);
        await _alice.SendPacketAsync(_bob.Key, "data asks for no answer");
        Assert.Empty(await _alice.PingAsync());

        _region.Unreachable.Clear();
        await Eventually.True(
            () =>
            {
                _a.Advance(TimeSpan.FromMilliseconds(250));
                return Link.State == MeshLinkState.Up;
            },
            "the link to come up, although nobody sends");
        await _alice.SendPacketAsync(_bob.Key, "now");
        Assert.Equal((_alice.Key, "now"), await ReceiveAsync(_bob));
    }

    [Fact]
    public async Task KeyThatNobodyHas_IsToldToWhoeverLookedForIt()
    {
        using var nobody = NodePrivateKey.Generate();
        var carol = await _a.ConnectAsync();
        await _alice.SendPacketAsync(nobody.Public, Disco);
        await carol.SendPacketAsync(nobody.Public, "data asks for no answer");
        await _alice.PingAsync();
        await carol.PingAsync();

        Mesh.NotFound(nobody.Public);
        await NotHereAsync(_alice, nobody.Public);
        Assert.Empty(await carol.PingAsync());
        Assert.Equal(2, Mesh.NotFoundInTime);
    }

    [Fact]
    public async Task QuestionThatNobodyAnswers_IsGivenUpInTime_AndAskedAgain()
    {
        await _alice.SendPacketAsync(_bob.Key, Disco);
        await _alice.PingAsync();
        _a.Advance(TimeSpan.FromSeconds(2.25));
        Assert.Equal(0, Mesh.NotFoundInTime);
        _a.Advance(TimeSpan.FromSeconds(0.5));
        await NotHereAsync(_alice, _bob.Key);
        Assert.Equal(1, Mesh.NotFoundInTime);

        // An answer that comes after all finds nothing that waits, and the next packet its way.
        Mesh.Found(_bob.Key, MemoryMesh.Member("b"));
        await _alice.SendPacketAsync(_bob.Key, "late");
        Assert.Equal((_alice.Key, "late"), await ReceiveAsync(_bob));
        Assert.Equal([_bob.Key], _presence.Asked);

        using var other = NodePrivateKey.Generate();
        for (var round = 1; round <= 2; round++)
        {
            await _alice.SendPacketAsync(other.Public, "anybody?");
            await _alice.PingAsync();
            Assert.Equal(round, _presence.Asked.Count(key => key == other.Public));
            _a.Advance(TimeSpan.FromSeconds(3));
        }
    }

    [Fact]
    public async Task FloodOfOneKey_IsHeldUpToABound()
    {
        for (var i = 0; i < 100; i++) await _alice.SendPacketAsync(_bob.Key, $"{i}");
        await _alice.PingAsync();
        Assert.Equal(36, Dropped());
        Mesh.Found(_bob.Key, MemoryMesh.Member("b"));
        for (var i = 0; i < 64; i++) Assert.Equal((_alice.Key, $"{i}"), await ReceiveAsync(_bob));
        Assert.Equal(64, _region.Link("a", "b").ForwardedOut);
    }

    [Fact]
    public async Task FloodOfKeysByOneClient_AsksABoundedNumberOfQuestions()
    {
        await SendToManyAsync(_alice, 1, 600);
        foreach (var key in _presence.Asked) Mesh.NotFound(key);
        await SendToManyAsync(_alice, 601, 900);
        Assert.Equal(1024, _presence.Asked.Count);
        Assert.Equal(1500 - 1024, Dropped());
    }

    [Fact]
    public async Task FloodOfKeysByMany_IsHeldUpToABound()
    {
        var carol = await _a.ConnectAsync();
        await SendToManyAsync(_alice, 1, 600);
        await SendToManyAsync(carol, 601, 600);
        Assert.Equal(1024, _presence.Asked.Count);
        Assert.Equal(1200 - 1024, Dropped());
    }

    private static async Task SendToManyAsync(TestClient client, int first, int count)
    {
        var key = new byte[NodeKey.Size];
        for (var i = first; i < first + count; i++)
        {
            BitConverter.TryWriteBytes(key, i);
            await client.SendPacketAsync(new NodeKey(key), "to somebody");
        }

        await client.PingAsync();
    }

    private static byte[] Disco => [.. "TS💬"u8, .. new byte[80]];

    private long Dropped() => Enum.GetValues<PacketKind>().Sum(kind => _a.Server.Snapshot().PacketsDropped(DropReason.UnknownDestination, kind));

    private static async Task<(NodeKey From, string Text)> ReceiveAsync(TestClient client)
    {
        var (from, packet) = await client.ReceivePacketAsync();
        return (from, Encoding.UTF8.GetString(packet));
    }

    private static async Task NotHereAsync(TestClient client, NodeKey key)
    {
        var frame = await client.ReceiveAsync();
        Assert.True(FramePayload.TryReadPeerGone(frame.Payload, out var gone, out var reason));
        Assert.Equal((FrameType.PeerGone, key, PeerGoneReason.NotHere), (frame.Type, gone, reason));
    }
}
