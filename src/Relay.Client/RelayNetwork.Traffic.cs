using Relay.Client.Regions;
using Relay.Protocol.Keys;

namespace Relay.Client;

/// <summary>Packets out, messages in.</summary>
public sealed partial class RelayNetwork
{
    /// <summary>A peer to be remembered until it is removed: for a caller that sends to it often, or knows its home.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="home">The region that is its home, if that is known.</param>
    public RelayPeer AddPeer(NodeKey key, int? home = null)
    {
        var peer = _peers.Add(key);
        if (home is not null) peer.Home = home;
        return peer;
    }

    /// <summary>Forgets a peer that was added.</summary>
    public void RemovePeer(NodeKey key) => _peers.Remove(key);

    /// <summary>
    /// Sends a packet by the way that is known or found, as <see cref="RelayPeer"/> says. Completes when it has been copied, or
    /// dropped. Thread safe.
    /// </summary>
    /// <param name="to">The receiver.</param>
    /// <param name="packet">0 to 65536 bytes; it must not change until the returned task completes.</param>
    /// <param name="home">The region that is the receiver's home; null: as known so far.</param>
    /// <param name="cancellationToken">Ends the wait for room; the packet is then not sent.</param>
    /// <returns>False: dropped, since no region is connected where the receiver could be. True promises no delivery.</returns>
    /// <exception cref="ArgumentException">The packet is longer than 65536 bytes.</exception>
    public ValueTask<bool> SendAsync(NodeKey to, ReadOnlyMemory<byte> packet, int? home = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        var peer = _peers.Get(to);
        if (home is not null) peer.Home = home;
        return peer.SendAsync(packet, cancellationToken);
    }

    /// <summary>
    /// As <see cref="SendAsync"/>, and never waits: what has no room is dropped. Leaves the packet lying until <see cref="Flush"/>.
    /// </summary>
    /// <returns>False: dropped.</returns>
    /// <exception cref="ArgumentException">The packet is longer than 65536 bytes.</exception>
    public bool TryPost(NodeKey to, ReadOnlyMemory<byte> packet) => _peers.Get(to).TryPost(packet);

    /// <summary>Writes what was posted, and does not wait for it. Thread safe.</summary>
    public void Flush() => _links.Flush();

    /// <summary>
    /// The next message of any region (<see cref="RelayMessage.Region"/>). Never throws for a lost relay. The payload is valid
    /// until the next call. One call at a time.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another receive is under way.</exception>
    /// <exception cref="ObjectDisposedException">The network was disposed, before or meanwhile.</exception>
    public ValueTask<RelayMessage> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        return _merge.ReceiveAsync(cancellationToken);
    }

    private RelayMessage Note(RegionLink from, RelayMessage message)
    {
        if (message.Kind == RelayMessageKind.Packet && from.Uptime is { } uptime) _peers.Get(message.Key).HeardOver(uptime);
        else if (message.Kind == RelayMessageKind.PeerGone) _peers.Find(message.Key)?.MissingAt(from);
        return message with { Region = from.Id };
    }
}
