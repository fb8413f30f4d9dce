using Relay.Paths.Disco;
using Relay.Paths.Keys;
using Relay.Protocol.Keys;
using Relay.Stun.Messages;

namespace Relay.Paths.Tests.Simulation;

/// <summary>A peer that says what the test wants, sealed as it must be: one with the right keys and bad intentions.</summary>
internal sealed class Puppet : IPathSink, IDisposable
{
    private readonly NodePrivateKey _key = NodePrivateKey.Generate();
    private readonly NodePrivateKey _disco = NodePrivateKey.Generate();
    private readonly KeyExchange _exchange;
    private readonly DiscoMail _mail;
    private readonly SimNetwork _network;
    private readonly SimNode _victim;
    private TransportAddress _source;

    public Puppet(SimNetwork network, SimNode victim)
    {
        (_network, _victim) = (network, victim);
        _mail = new DiscoMail(_key.Public, new DiscoKey(_disco.Public), this);
        _exchange = new KeyExchange(_key, _disco, victim.Key);
        Path = victim.Engine.AddPeer(_key.Public);
        victim.Intercept = OnRelayed;
    }

    public PeerPath Path { get; }

    /// <summary>Learns the victim's key and makes its own known.</summary>
    public void Introduce()
    {
        _exchange.Announce(_network.Now, _mail, NodeTraits.IPv4);
        if (_exchange.Secret is null) throw new InvalidOperationException("the victim did not answer");
        _exchange.Announce(_network.Now, _mail, NodeTraits.IPv4);
    }

    public void Call(params TransportAddress[] addresses) => _mail.SendCallMeMaybe(_victim.Key, _exchange.Secret!, addresses);

    public void PingFrom(TransportAddress source)
    {
        _source = source;
        _mail.SendPing(default, _exchange.Secret!, StunTransactionId.NewRandom(), size: 0);
    }

    /// <summary>Answers a ping of the victim's from any address, with any id and count.</summary>
    public void PongFrom(TransportAddress source, StunTransactionId id, long received)
    {
        _source = source;
        _mail.SendPong(source, _exchange.Secret!, id, received);
    }

    /// <summary>The id of a ping that the victim sent to this puppet.</summary>
    public StunTransactionId? ReadPing(byte[] datagram)
    {
        var message = DiscoFrame.Open(datagram, _exchange.Secret!, new byte[2000]);
        return !message.IsEmpty && message[0] == (byte)DiscoMessageType.Ping && DiscoPing.TryRead(message, out var ping) ? ping.Id : null;
    }

    public void SendDatagram(TransportAddress address, ReadOnlySpan<byte> datagram) => _victim.Receive(_source, default, datagram.ToArray());

    public void SendRelayed(NodeKey peer, ReadOnlySpan<byte> packet) => _victim.ReceiveRelayed(_key.Public, packet.ToArray());

    public void PathChanged(PathChange change)
    {
    }

    public void Dispose()
    {
        _exchange.Dispose();
        _disco.Dispose();
        _key.Dispose();
    }

    private bool OnRelayed(NodeKey to, byte[] packet)
    {
        if (to != _key.Public) return false;
        if (_exchange.OnPacket(_network.Now, packet).HasFlag(AnnouncementEffect.AnswerDue))
            _network.Schedule(TimeSpan.Zero, () => _exchange.Announce(_network.Now, _mail, NodeTraits.IPv4));
        return true;
    }
}
