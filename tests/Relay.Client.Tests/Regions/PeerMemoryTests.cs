using System.Buffers.Binary;
using Relay.Client.Regions;
using Relay.Client.Tests.Fakes;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;

namespace Relay.Client.Tests.Regions;

/// <summary>What is remembered of peers is bounded, whoever sends.</summary>
public sealed class PeerMemoryTests
{
    private const int Room = 4096;

    private readonly RelayPeers _peers = new(
        new RegionLinks(new DerpMap(), new RelayNetworkOptions { Client = Pair.Options }, new MessageMerge((_, message) => message), (_, _, _) => { }), Room);

    [Fact]
    public void Peers_AMillionStrangeKeys_TakeBoundedRoom_AndForgetNobodyInUse()
    {
        var (added, inUse) = (_peers.Add(Key(-1)), _peers.Get(Key(-2)));
        for (var i = 0; i < 1_000_000; i++)
        {
            _peers.Get(Key(i));
            if (i % 1000 == 0) Assert.Same(inUse, _peers.Get(Key(-2)));
            if (i % 10_000 == 0) Assert.True(_peers.Learned <= Room, $"{_peers.Learned} peers are remembered");
        }

        Assert.Same(added, _peers.Get(Key(-1)));
        Assert.Null(_peers.Find(Key(0)));
    }

    [Fact]
    public void Peers_ThatAreAdded_KeepWhatWasLearned_AndAreForgottenWhenRemoved()
    {
        var learned = _peers.Get(Key(1));
        Assert.Same(learned, _peers.Add(Key(1)));
        Assert.Same(learned, _peers.Add(Key(1)));
        Assert.Equal(0, _peers.Learned);
        _peers.Remove(Key(1));
        Assert.Null(_peers.Find(Key(1)));
    }

    [Fact]
    public void Peers_FoundByManyThreads_AreTheSame()
    {
        var found = new RelayPeer[4][];
        Parallel.For(0, found.Length, t => found[t] = [.. Enumerable.Range(0, 1000).Select(i => _peers.Get(Key(i)))]);
        foreach (var others in found.Skip(1)) Assert.Equal(found[0], others);
    }

    private static NodeKey Key(int number)
    {
        Span<byte> bytes = stackalloc byte[NodeKey.Size];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        bytes[31] = 1;
        return new NodeKey(bytes);
    }
}
