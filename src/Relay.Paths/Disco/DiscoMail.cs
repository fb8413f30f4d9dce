using Relay.Crypto;
using Relay.Protocol.Keys;
using Relay.Stun.Messages;

namespace Relay.Paths.Disco;

/// <summary>Writes, seals and sends this node's messages, in two buffers that are used again and again.</summary>
internal sealed class DiscoMail(NodeKey nodeKey, DiscoKey discoKey, IPathSink sink)
{
    private readonly byte[] _message = new byte[PathOptions.MaxPacketSize - DiscoFrame.Overhead];
    private readonly byte[] _packet = new byte[PathOptions.MaxPacketSize];

    /// <param name="address">Where to.</param>
    /// <param name="secret">Shared with the peer's disco key.</param>
    /// <param name="id">The ping's id.</param>
    /// <param name="size">Bytes in the datagram; padding fills it.</param>
    internal void SendPing(TransportAddress address, BoxSecret secret, StunTransactionId id, int size)
    {
        var length = Math.Max(size - DiscoFrame.Overhead, DiscoPing.Size);
        new DiscoPing(id, nodeKey).Write(_message.AsSpan(0, length));
        sink.SendDatagram(address, Seal(discoKey, secret, length));
    }

    internal void SendPong(TransportAddress address, BoxSecret secret, StunTransactionId id, long received) =>
        sink.SendDatagram(address, Seal(discoKey, secret, new DiscoPong(id, address, received).Write(_message)));

    internal void SendCallMeMaybe(NodeKey peer, BoxSecret secret, ReadOnlySpan<TransportAddress> addresses)
    {
        var length = CallMeMaybe.SizeFor(addresses.Length);
        CallMeMaybe.Write(_message.AsSpan(0, length), addresses);
        sink.SendRelayed(peer, Seal(discoKey, secret, length));
    }

    /// <param name="peer">Whom to.</param>
    /// <param name="secret">Shared with the peer's node key.</param>
    /// <param name="announcement">What to say.</param>
    internal void SendAnnouncement(NodeKey peer, BoxSecret secret, in Announcement announcement)
    {
        announcement.Write(_message);
        sink.SendRelayed(peer, Seal(new DiscoKey(nodeKey), secret, Announcement.Size));
    }

    private Span<byte> Seal(DiscoKey sender, BoxSecret secret, int length)
    {
        var packet = _packet.AsSpan(0, length + DiscoFrame.Overhead);
        DiscoFrame.Seal(packet, sender, secret, _message.AsSpan(0, length));
        return packet;
    }
}
