using System.Net;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Admission;
using Relay.Server.Diagnostics;

namespace Relay.Server.Tests.Diagnostics;

public sealed class ShareSurveyTests
{
    [Fact]
    public async Task Survey_CountsEachByteOnce_ByNetwork_AlsoOfClientsThatLeft()
    {
        using var keys = new Keys(3);
        await using var relay = new TestRelay(new RelayOptions(), time => ListOf(time, ("home", [keys[0], keys[1]]), ("office", [keys[2]])));
        var (alice, bob, carol) = (await ConnectAsync(relay, keys[0]), await ConnectAsync(relay, keys[1]), await ConnectAsync(relay, keys[2]));
        await SendAsync(alice, bob.Key, 1000);
        await SendAsync(carol, carol.Key, 70);
        var first = relay.Server.SurveyShares();
        Assert.Equal(new MovedBytes(1000, 1000), first.Networks["home"]);
        Assert.Equal(new MovedBytes(70, 70), first.Networks["office"]);
        Assert.True(first.Others.IsNone);

        await SendAsync(alice, bob.Key, 5);
        await alice.DisposeAsync();
        await alice.EndAsync();
        Assert.Equal(new MovedBytes(5, 5), Assert.Single(relay.Server.SurveyShares().Networks).Value);
        Assert.Empty(relay.Server.SurveyShares().Networks);
    }

    [Fact]
    public async Task Survey_ClientsWithoutANetwork_AreTheOthers_AndRelaysAreNobodys()
    {
        var secret = Raw.MeshKey('5');
        await using var relay = new TestRelay(new RelayOptions { MeshKey = secret });
        var alice = await relay.ConnectAsync();
        var other = await relay.ConnectAsync(new TestClientOptions { Info = new ClientInfo { MeshKey = secret } });
        await SendAsync(alice, alice.Key, 100);
        await SendAsync(other, alice.Key, 30);

        var shares = relay.Server.SurveyShares();
        Assert.Empty(shares.Networks);
        Assert.Equal(new MovedBytes(100, 130), shares.Others);
    }

    [Fact]
    public async Task Survey_OfMoreNetworksThanItTellsApart_CountsTheRestAsOthers()
    {
        using var keys = new Keys(1);
        await using var relay = new TestRelay(new RelayOptions(), _ => new EveryTimeAnotherNetwork());
        for (var i = 0; i < ShareBook.MaxNetworks + 10; i++)
        {
            var client = await ConnectAsync(relay, keys[0]);
            await SendAsync(client, client.Key, 1);
            await client.DisposeAsync();
            await client.EndAsync();
        }

        var shares = relay.Server.SurveyShares();
        Assert.Equal(ShareBook.MaxNetworks, shares.Networks.Count);
        Assert.Equal(new MovedBytes(10, 10), shares.Others);
    }

    [Fact]
    public async Task Fairness_IsThatOfBusyClientsThatWereThereAllTheTime()
    {
        await using var relay = new TestRelay();
        var (alice, bob, quiet) = (await relay.ConnectAsync(), await relay.ConnectAsync(), await relay.ConnectAsync());
        Assert.Equal(1, relay.Server.SurveyShares().FairnessIn);

        // Over one second: two that share evenly, one with less than makes it busy, and one that comes late.
        var late = await relay.ConnectAsync();
        relay.Advance(TimeSpan.FromSeconds(1));
        await SendAsync(alice, alice.Key, 4000);
        await SendAsync(bob, bob.Key, 4000);
        await SendAsync(quiet, quiet.Key, ShareBook.BusyBytesPerSecond - 1);
        await SendAsync(late, late.Key, 50_000);
        Assert.Equal(1, relay.Server.SurveyShares().FairnessIn);

        // (1 + 3)² / (2 · (1 + 9))
        relay.Advance(TimeSpan.FromSeconds(1));
        await SendAsync(alice, alice.Key, 2000);
        await SendAsync(bob, bob.Key, 6000);
        var uneven = relay.Server.SurveyShares();
        Assert.Equal(0.8, uneven.FairnessIn, 1e-9);
        Assert.Equal(0.8, uneven.FairnessOut, 1e-9);
    }

    private static ListAdmission ListOf(TimeProvider time, params (string Name, NodePrivateKey[] Keys)[] networks)
    {
        var list = new ListAdmission(time);
        list.Apply(new AdmissionList([.. networks.Select(n => new ListedNetwork(n.Name, null, n.Keys.ToDictionary(k => k.Public, _ => new ListedNode(null, null, null))))]));
        return list;
    }

    private static Task<TestClient> ConnectAsync(TestRelay relay, NodePrivateKey key) => relay.ConnectAsync(new TestClientOptions { Key = key });

    // The pong says that the relay has read the packet.
    private static async Task SendAsync(TestClient from, NodeKey to, int bytes)
    {
        await from.SendPacketAsync(to, new byte[bytes]);
        await from.PingAsync();
    }

    private sealed class EveryTimeAnotherNetwork : IAdmission
    {
        private int _asked;

        public ValueTask<AdmissionAnswer> AdmitAsync(NodeKey client, IPAddress? source, CancellationToken cancellationToken) =>
            new(AdmissionAnswer.Admit(new Grant(new Network($"network {++_asked}"))));

        public void Renew(NodeKey client, IPAddress? source, Grant grant)
        {
        }

        public bool TryFindNetwork(NodeKey remote, out Network? network)
        {
            network = null;
            return false;
        }
    }

    private sealed class Keys(int count) : IDisposable
    {
        private readonly NodePrivateKey[] _keys = [.. Enumerable.Range(0, count).Select(_ => NodePrivateKey.Generate())];

        public NodePrivateKey this[int index] => _keys[index];

        public void Dispose()
        {
            foreach (var key in _keys) key.Dispose();
        }
    }
}
