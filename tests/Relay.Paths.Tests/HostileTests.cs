using Relay.Paths.Disco;
using Relay.Paths.Tests.Simulation;
using Relay.Stun.Messages;

namespace Relay.Paths.Tests;

/// <summary>What outsiders and ill-meaning peers send, and that it costs little and changes nothing it should not.</summary>
public sealed class HostileTests
{
    private static readonly TransportAddress Nowhere = SimNetwork.At("198.51.100.200", 9);

    [Fact]
    public void Outsider_SendingAnything_GetsNoAnswer()
    {
        using var pair = Direct();
        var before = pair.A.ControlSent.Count;
        var random = new Random(3);
        for (var i = 0; i < 5000; i++)
        {
            var packet = new byte[random.Next(1, 300)];
            random.NextBytes(packet);
            if (i % 2 == 0 && packet.Length > 6) DiscoFrame.Magic.CopyTo(packet);
            pair.A.Engine.OnDatagram(pair.Network.Now, Nowhere, packet);
            pair.A.Engine.OnRelayed(pair.Network.Now, pair.B.Key, packet);
        }

        Assert.Equal(before, pair.A.ControlSent.Count);
        Assert.Null(pair.A.Engine.PeerAt(Nowhere));
        Assert.True(pair.BothDirect);
    }

    [Fact]
    public void RecordedPings_SentAgainFromElsewhere_MoveNothing()
    {
        using var pair = new SimPair(1, NatClass.FullCone, NatClass.FullCone);
        var recorded = new List<byte[]>();
        pair.Network.Drop = (from, _, datagram) =>
        {
            if (from.WithPort(0) == pair.NatB.Public && PathEngine.IsControl(datagram)) recorded.Add(datagram);
            return false;
        };
        var (ab, ba) = pair.StartFlows();
        pair.Network.Run(5);
        var route = pair.A.PathTo(pair.B).Route;
        var before = pair.A.ControlSent.Count;
        for (var round = 0; round < 50; round++)
        {
            foreach (var packet in recorded.ToList()) pair.A.Receive(Nowhere, default, packet);
        }

        // Answers are limited, and no larger than what asks for them.
        Assert.InRange(pair.A.ControlSent.Count - before, 0, 200);
        pair.Network.Run(10);
        Assert.Equal(route, pair.A.PathTo(pair.B).Route);
        Assert.Equal(TimeSpan.Zero, ab.LongestHole());
        Assert.Equal(TimeSpan.Zero, ba.LongestHole());
    }

    [Fact]
    public void RecordedPing_SentAgainFromAnotherPeersAddress_DoesNotTakeIt()
    {
        using var pair = Direct();
        var address = pair.A.PathTo(pair.B).Route.Direct;
        Assert.Equal(pair.B.Key, pair.A.Engine.PeerAt(address)?.Key);
        using var mallory = new SimNode(pair.Network, "M", nat: null, SimNetwork.At("198.51.100.66", 41641));
        byte[]? ping = null;
        pair.Network.Drop = (from, _, datagram) =>
        {
            if (from == mallory.Addresses[0] && PathEngine.IsControl(datagram) && datagram.Length == 124) ping = datagram;
            return false;
        };
        pair.A.Add(mallory);
        mallory.Add(pair.A);
        mallory.Start();
        SimFlow.Start(mallory, pair.A);
        pair.Network.Run(2);
        Assert.NotNull(ping);
        Assert.Equal(mallory.Key, pair.A.Engine.PeerAt(mallory.Addresses[0])?.Key);
        pair.A.Receive(address, default, ping);
        Assert.Equal(pair.B.Key, pair.A.Engine.PeerAt(address)?.Key);
    }

    [Fact]
    public void Peer_NamingThousandsOfAddressesAllTheTime_HasItsRateOfProbes()
    {
        using var victim = new Victim();
        var addresses = Enumerable.Range(0, 3600).Select(i => SimNetwork.At($"198.51.{i / 250}.{i % 250 + 1}", 1000 + i)).ToArray();
        victim.SendDataTo(victim.Puppet, seconds: 30, every: () =>
        {
            addresses = [.. addresses.Skip(32), .. addresses.Take(32)];
            victim.Puppet.Call(addresses);
        });
        Assert.All(victim.Node.ControlSent.CountBy(at => (int)at.TotalSeconds), second => Assert.InRange(second.Value, 0, 150));
        Assert.InRange(victim.Node.ControlSent.Count, 100, 30 * 30 + 150);
    }

    [Fact]
    public void Peer_NamingMulticastLoopbackAndOurOwnAddresses_IsNotProbedThere()
    {
        using var victim = new Victim();
        var sound = SimNetwork.At("198.51.100.77", 5);
        victim.Puppet.Call(
            SimNetwork.At("224.0.0.251", 5353), SimNetwork.At("127.0.0.1", 53), SimNetwork.At("255.255.255.255", 67), SimNetwork.At("ff02::fb", 5353),
            SimNetwork.At("::1", 53), SimNetwork.At("198.51.100.8", 0), victim.Node.Addresses[0], sound);
        victim.SendDataTo(victim.Puppet, seconds: 5);
        Assert.Equal([sound], victim.ProbedAddresses);
    }

    [Fact]
    public void Peer_PingingFromEverywhere_IsAnsweredWithinItsRate()
    {
        using var victim = new Victim();
        for (var i = 1; i <= 20_000; i++) victim.Puppet.PingFrom(SimNetwork.At($"198.51.{i / 250 % 250}.{i % 250 + 1}", 1 + i % 60_000));
        victim.SendDataTo(victim.Puppet, seconds: 1);
        Assert.InRange(victim.Node.ControlSent.Count, 1, 450);
        Assert.InRange(victim.Node.Engine.Describe(victim.Network.Now, victim.Puppet.Path).Candidates, 1, 16);
    }

    [Fact]
    public void Peer_PingingFromANewAddress_IsPingedBackAtOnce()
    {
        using var victim = new Victim();
        victim.SendDataTo(victim.Puppet, seconds: 2);
        var source = SimNetwork.At("198.51.100.77", 5);
        victim.Puppet.PingFrom(source);
        // The answer, and the question.
        Assert.Equal(2, victim.Node.SentTo.Count(to => to == source));
    }

    [Fact]
    public void Peer_AnsweringWithIdsItWasNotSent_GetsNoPath()
    {
        using var victim = new Victim();
        var source = SimNetwork.At("198.51.100.77", 5);
        victim.Puppet.Call(source);
        victim.SendDataTo(victim.Puppet, seconds: 5, every: () => victim.Puppet.PongFrom(source, StunTransactionId.NewRandom(), received: 1));
        Assert.Equal(PathRoute.Relay, victim.Puppet.Path.Route);
    }

    // Whoever saw a session index can send such packets from anywhere.
    [Fact]
    public void Peer_HeardElsewhereAgainAndAgain_IsDoubtedNowAndThen()
    {
        using var pair = new SimPair(1, NatClass.PortRestricted, NatClass.PortRestricted);
        var (ab, _) = pair.StartFlows();
        Assert.NotNull(pair.RunUntil(() => pair.BothDirect, 5));
        for (var i = 0; i < 1000; i++)
        {
            if (pair.A.PathTo(pair.B).HeardElsewhere()) pair.A.Engine.OnElsewhere(pair.Network.Now, pair.A.PathTo(pair.B), SimNetwork.At("203.0.113.99", 1 + i));
            pair.A.Arm();
            pair.Network.Run(0.01);
        }

        Assert.InRange(pair.A.Changes.Count(change => change.Change.Reason == PathChangeReason.HeardElsewhere), 2, 4);
        Assert.Equal(TimeSpan.Zero, ab.LongestHole());
    }

    [Fact]
    public void Peer_AnsweringProbesButCountingNothing_KeepsTheRelay()
    {
        using var victim = new Victim();
        var source = SimNetwork.At("198.51.100.77", 5);
        victim.Puppet.Call(source);
        victim.Network.Drop = (_, to, datagram) =>
        {
            if (to == source && victim.Puppet.ReadPing(datagram) is { } id)
                victim.Network.Schedule(TimeSpan.FromMilliseconds(5), () => victim.Puppet.PongFrom(source, id, received: 0));
            return false;
        };
        victim.SendDataTo(victim.Puppet, seconds: 30, assert: () => Assert.True(victim.Puppet.Path.Route.UsesRelay));
        Assert.Equal(RelayReason.DataLost, victim.Node.Engine.Describe(victim.Network.Now, victim.Puppet.Path).Reason);
    }

    [Fact]
    public void Relay_DroppingDuplicatingAndReordering_OnlyCostsTime()
    {
        using var pair = new SimPair(5, NatClass.PortRestricted, NatClass.PortRestricted);
        pair.Network.Relay.Loss = 0.3;
        pair.Network.Relay.Jitter = TimeSpan.FromMilliseconds(100);
        pair.Network.Relay.Copies = 2;
        pair.StartFlows();
        Assert.NotNull(pair.RunUntil(() => pair.BothDirect, 10));
    }

    [Fact]
    public void StunServer_ThatLies_CannotMakeUsAnnounceImpossibleAddresses()
    {
        using var pair = Direct();
        pair.Network.StunLie = () => SimNetwork.At($"{(pair.Network.Random.Next(2) == 0 ? "127.0.0.1" : "224.0.0.1")}", 5);
        pair.Network.Run(60);
        pair.A.Engine.OnNetworkDoubt(pair.Network.Now);
        pair.A.Arm();
        pair.Network.Run(10);
        Assert.True(pair.BothDirect);
        Assert.True(pair.A.Engine.Nat.UdpBlocked);
    }

    private static SimPair Direct()
    {
        var pair = new SimPair(1, NatClass.PortRestricted, NatClass.PortRestricted);
        pair.StartFlows();
        Assert.NotNull(pair.RunUntil(() => pair.BothDirect, 5));
        return pair;
    }

    /// <summary>A node at the open internet, and a puppet that is its peer.</summary>
    private sealed class Victim : IDisposable
    {
        public Victim()
        {
            Network = new SimNetwork(1);
            Node = new SimNode(Network, "V", nat: null, SimNetwork.At("203.0.113.1", 41641));
            Node.Start();
            Network.Run(2);
            Node.ControlSent.Clear();
            Puppet = new Puppet(Network, Node);
            Puppet.Introduce();
        }

        public SimNetwork Network { get; }

        public SimNode Node { get; }

        public Puppet Puppet { get; }

        public IEnumerable<TransportAddress> ProbedAddresses => Node.SentTo.Where(to => !Network.Stun.Contains(to)).Distinct();

        public void SendDataTo(Puppet puppet, int seconds, Action? every = null, Action? assert = null)
        {
            for (var i = 0; i < seconds * 10; i++)
            {
                Node.SendData(puppet.Path, i, 200);
                assert?.Invoke();
                if (i % 3 == 0) every?.Invoke();
                Network.Run(0.1);
            }
        }

        public void Dispose()
        {
            Puppet.Dispose();
            Node.Dispose();
        }
    }
}
