using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Connections;
using Relay.Server.Mesh;

namespace Relay.Server.Routing;

/// <summary>What other relays of the region say of their clients (spec/derp.md 11.4).</summary>
internal sealed partial class PeerDirectory
{
    /// <summary>
    /// Another relay says that it has a connection of this key. It may be newer than one here that nobody has noticed to be
    /// dead: packets go there from now on, until the one here speaks. It is asked to, so that a living one does at once.
    /// </summary>
    /// <remarks>The reference lets a connection here win always: a client whose network changed is then cut off until the old one times out.</remarks>
    public void Announce(NodeKey key, MeshLink link)
    {
        // Every relay of the mesh is a client of the others.
        if (key == relayKey || key.IsZero) return;
        var notices = new Notices();
        lock (_changes)
        {
            if (link.Ended) return;
            var peer = _peers.GetOrAdd(key, static key => new Peer(key));
            if (peer.Links.Count == 0) Remote++;
            if (!link.Announced.Add(peer)) peer.Links.Remove(link);
            peer.Links.Add(link);
            if (peer.Local is not { } local)
            {
                peer.Route = link;
            }
            else
            {
                // Where there are several, they are each other's rivals already.
                local.HasRival = true;
                if (local.Info.CanAckPings)
                {
                    peer.Route = link;
                    notices.AreYouThere(local);
                }
            }
        }

        notices.Flush();
    }

    /// <summary>
    /// Set where links do not say who is where: told of who comes and goes here, and asked for keys that are not known.
    /// </summary>
    public RelayMesh? Region { get; set; }

    /// <summary>Of all other relays this link's alone has the key; null: none has. As new as <see cref="Announce"/>.</summary>
    public void Place(NodeKey key, MeshLink? link)
    {
        if (link is not null) Announce(key, link);
        var notices = new Notices();
        lock (_changes)
        {
            if (!_peers.TryGetValue(key, out var peer)) return;
            foreach (var other in peer.Links.Where(other => other != link).ToList())
            {
                other.Announced.Remove(peer);
                Retract(peer, other, notices);
            }
        }

        notices.Flush();
    }

    /// <summary>The relay at the other end of this link no longer has the key.</summary>
    public void Retract(NodeKey key, MeshLink link)
    {
        var notices = new Notices();
        lock (_changes)
        {
            if (_peers.TryGetValue(key, out var peer) && link.Announced.Remove(peer)) Retract(peer, link, notices);
        }

        notices.Flush();
    }

    /// <summary>The link broke: nothing that was said over it counts any more.</summary>
    public void RetractAll(MeshLink link)
    {
        var notices = new Notices();
        lock (_changes)
        {
            foreach (var peer in link.Announced) Retract(peer, link, notices);
            link.Announced.Clear();
        }

        notices.Flush();
    }

    /// <summary>
    /// Tells a relay that forwarded here, or a client, that the key is not here. Under the lock, so that this cannot overtake the news that
    /// the key has come back.
    /// </summary>
    public void TellNotHere(NodeKey key, Session forwarder)
    {
        lock (_changes)
        {
            if (_peers.TryGetValue(key, out var peer) && peer.Local is not null) return;
            Span<byte> frame = stackalloc byte[FrameWriter.PeerGoneSize];
            FrameWriter.PeerGone(frame, key, PeerGoneReason.NotHere);
            forwarder.Outbox.AppendControl(frame);

            // Whoever forwards here was told that the key is here: that is to be taken back.
            if (forwarder.HasMeshRights) Region?.OnLeft(key);
        }
    }

    private void Retract(Peer peer, MeshLink link, Notices notices)
    {
        peer.Links.Remove(link);
        if (peer.Links.Count == 0) Remote--;
        if (peer.Members is { Count: 1, Last.Value: var only }) only.HasRival = peer.Links.Count > 0;
        if (peer.Route != link) return;
        if (peer.Local is { } local) peer.Route = local;
        else if (peer.Links is [.., var last]) peer.Route = last;
        else Depart(peer, notices);
    }
}
