using Relay.Paths.Disco;
using Relay.Paths.Keys;
using Relay.Protocol.Keys;
using Relay.Stun.Messages;

namespace Relay.Paths.Tests.Keys;

/// <summary>Two nodes that know each other's node key learn each other's disco key, and nothing old can take its place.</summary>
public sealed class KeyExchangeTests
{
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(100);

    [Fact]
    public void OneAnnouncement_TeachesBoth()
    {
        using var pair = new ExchangePair();
        pair.A.Announce(Now);
        pair.Deliver();
        Assert.Equal(pair.B.DiscoKey, pair.A.Exchange.Key);
        Assert.Equal(pair.A.DiscoKey, pair.B.Exchange.Key);
        Assert.Null(pair.A.Exchange.RetryAt);
        Assert.Equal(3, pair.Delivered);
    }

    [Fact]
    public void BothAnnounceAtOnce_BothLearn_AndFallSilent()
    {
        using var pair = new ExchangePair();
        pair.A.Announce(Now);
        pair.B.Announce(Now);
        pair.Deliver();
        Assert.Equal(pair.B.DiscoKey, pair.A.Exchange.Key);
        Assert.Equal(pair.A.DiscoKey, pair.B.Exchange.Key);
        Assert.InRange(pair.Delivered, 4, 6);
    }

    [Fact]
    public void Announcement_ReplayedFromAnEarlierProcess_DoesNotBringItsKeyBack()
    {
        using var pair = new ExchangePair();
        pair.A.Announce(Now);
        pair.Deliver();
        var recorded = pair.Recorded.Where(r => r.From == pair.A.Key).Select(r => r.Packet).ToList();
        pair.RestartA();
        pair.A.Announce(Now);
        pair.Deliver();
        var fresh = pair.A.DiscoKey;
        Assert.Equal(fresh, pair.B.Exchange.Key);
        foreach (var old in recorded)
        {
            var effect = pair.B.Exchange.OnPacket(Now, old);
            Assert.False(effect.HasFlag(AnnouncementEffect.NewKey));
            Assert.Equal(fresh, pair.B.Exchange.Key);
        }
    }

    [Fact]
    public void Peer_Restarted_IsLearnedAnewWhoeverSpeaksFirst()
    {
        foreach (var restartedSpeaks in new[] { true, false })
        {
            using var pair = new ExchangePair();
            pair.A.Announce(Now);
            pair.Deliver();
            pair.RestartA();
            (restartedSpeaks ? pair.A : pair.B).Announce(Now);
            pair.Deliver();
            Assert.Equal(pair.A.DiscoKey, pair.B.Exchange.Key);
            Assert.Equal(pair.B.DiscoKey, pair.A.Exchange.Key);
        }
    }

    [Fact]
    public void AnyAnnouncement_Lost_IsMadeUpForByRepeating()
    {
        for (var lost = 0; lost < 3; lost++)
        {
            using var pair = new ExchangePair { Lose = lost };
            var now = Now;
            pair.A.Announce(now);
            pair.Deliver();
            for (var i = 0; i < 3; i++)
            {
                now += TimeSpan.FromSeconds(1);
                if (pair.A.Exchange.RetryAt <= now) pair.A.Announce(now);
                if (pair.B.Exchange.RetryAt <= now) pair.B.Announce(now);
                pair.Deliver();
            }

            Assert.Equal(pair.B.DiscoKey, pair.A.Exchange.Key);
            Assert.Equal(pair.A.DiscoKey, pair.B.Exchange.Key);
        }
    }

    [Fact]
    public void Flood_OfUnprovenAnnouncements_IsAnsweredAFewTimes()
    {
        using var pair = new ExchangePair();
        pair.A.Announce(Now);
        var packet = pair.Queue.Dequeue().Packet;
        var answers = Enumerable.Range(0, 1000).Count(_ => pair.B.Exchange.OnPacket(Now, packet).HasFlag(AnnouncementEffect.AnswerDue));
        Assert.InRange(answers, 1, 6);
    }

    [Fact]
    public void Announcement_CutOrChanged_ChangesNothing()
    {
        using var pair = new ExchangePair();
        pair.A.Announce(Now);
        var packet = pair.Queue.Dequeue().Packet;
        for (var length = 0; length < packet.Length; length++) Assert.Equal(AnnouncementEffect.None, pair.B.Exchange.OnPacket(Now, packet.AsSpan(0, length)));
        for (var i = 38; i < packet.Length; i++)
        {
            packet[i] ^= 1;
            Assert.Equal(AnnouncementEffect.None, pair.B.Exchange.OnPacket(Now, packet));
            packet[i] ^= 1;
        }

        Assert.True(pair.B.Exchange.OnPacket(Now, packet).HasFlag(AnnouncementEffect.AnswerDue));
    }

    [Fact]
    public void Traits_OfAnOlderAnnouncement_AreNotTaken()
    {
        using var pair = new ExchangePair();
        pair.A.Announce(Now);
        pair.Deliver();
        pair.A.Announce(Now, NodeTraits.IPv4);
        pair.A.Announce(Now, NodeTraits.UdpBlocked);
        var packets = pair.Queue.Select(q => q.Packet).ToList();
        pair.Queue.Clear();
        pair.B.Exchange.OnPacket(Now, packets[1]);
        pair.B.Exchange.OnPacket(Now, packets[0]);
        Assert.Equal(NodeTraits.UdpBlocked, pair.B.Exchange.Traits);
    }

    /// <summary>Two exchanges, and a wire between them that is delivered step by step.</summary>
    private sealed class ExchangePair : IDisposable
    {
        private readonly NodePrivateKey _keyA = NodePrivateKey.Generate();
        private readonly NodePrivateKey _keyB = NodePrivateKey.Generate();

        public ExchangePair()
        {
            A = new Side(this, _keyA, _keyB.Public);
            B = new Side(this, _keyB, _keyA.Public);
        }

        public Side A { get; private set; }

        public Side B { get; }

        public int? Lose { get; init; }

        public int Delivered { get; private set; }

        public Queue<(NodeKey From, byte[] Packet)> Queue { get; } = new();

        public List<(NodeKey From, byte[] Packet)> Recorded { get; } = [];

        public void RestartA()
        {
            A.Dispose();
            A = new Side(this, _keyA, _keyB.Public);
        }

        public void Deliver()
        {
            while (Queue.TryDequeue(out var message))
            {
                Recorded.Add(message);
                if (Delivered++ == Lose) continue;
                Assert.True(Delivered < 20, "the two keep each other busy");
                var to = message.From == _keyA.Public ? B : A;
                if (to.Exchange.OnPacket(Now, message.Packet).HasFlag(AnnouncementEffect.AnswerDue)) to.Announce(Now);
            }
        }

        public void Dispose()
        {
            A.Dispose();
            B.Dispose();
            _keyA.Dispose();
            _keyB.Dispose();
        }
    }

    private sealed class Side : IPathSink, IDisposable
    {
        private readonly NodePrivateKey _disco = NodePrivateKey.Generate();
        private readonly ExchangePair _pair;
        private readonly DiscoMail _mail;

        public Side(ExchangePair pair, NodePrivateKey key, NodeKey peer)
        {
            (_pair, Key) = (pair, key.Public);
            _mail = new DiscoMail(key.Public, DiscoKey, this);
            Exchange = new KeyExchange(key, _disco, peer);
        }

        public NodeKey Key { get; }

        public DiscoKey DiscoKey => new(_disco.Public);

        public KeyExchange Exchange { get; }

        public void Announce(TimeSpan now, NodeTraits traits = NodeTraits.None) => Exchange.Announce(now, _mail, traits);

        public void SendDatagram(TransportAddress address, ReadOnlySpan<byte> datagram) => Assert.Fail("an announcement goes through the relay");

        public void SendRelayed(NodeKey peer, ReadOnlySpan<byte> packet) => _pair.Queue.Enqueue((Key, packet.ToArray()));

        public void PathChanged(PathChange change)
        {
        }

        public void Dispose()
        {
            Exchange.Dispose();
            _disco.Dispose();
        }
    }
}
