using Relay.Agent.Up.Relays;
using Relay.Paths;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Stun.Messages;
using Relay.Udp;

namespace Relay.Agent.Up.Data;

/// <summary>
/// Carries packets: from WireGuard to where the peer's route says, and from both ways back to WireGuard. Each method belongs
/// to the thread that calls it, with a writer of its own. No locks, no allocation, no waiting; only probes and STUN, a few a
/// second, go through the path engine's lock, and handshakes through their peer's.
/// </summary>
internal sealed class DataPlane(PathDriver paths, RelaySide relays, OuterSockets outer, PeerTable peers, WireGuardSide wireGuard, EchoService echo)
{
    private readonly SessionTable _sessions = new();
    private long _strangers;

    /// <summary>WireGuard packets from outside that belong to no peer.</summary>
    internal long Strangers => Interlocked.Read(ref _strangers);

    internal void Forget(PeerLink link) => _sessions.Forget(link);

    /// <summary>What WireGuard sent to a peer's local address.</summary>
    internal void FromWireGuard(PeerLink link, IDatagramReader reader, IDatagramWriter writer)
    {
        var route = link.Path.Route;
        var socket = route.UsesDirect ? outer.For(route.Direct.Family) : null;
        var relayed = route.UsesRelay ? link.Relayed : null;
        var (packets, bytes) = (0, 0L);
        while (reader.TryNext(out var packet, out var source))
        {
            if (!wireGuard.Accepts(source, packet.Span)) continue;
            _sessions.Note(link, packet.Span);
            link.Handshake.Note(packet.Span, paths.Now);
            if (socket is not null) writer.Add(socket, route.Direct, packet.Span);
            relayed?.TryPost(packet);
            packets++;
            bytes += packet.Length;
        }

        writer.Flush();
        if (relayed is not null) relays.Network.Flush();
        if (packets > 0 && link.Path.CountSent(route, packets, bytes)) paths.Wake(link.Path);
    }

    /// <summary>What came to one of the outer sockets.</summary>
    internal void FromOutside(IDatagramReader reader, IDatagramWriter writer)
    {
        var (last, from, packets, bytes) = ((PeerLink?)null, default(TransportAddress), 0, 0L);
        while (reader.TryNext(out var packet, out var source))
        {
            if (PacketKinds.Classify(packet.Span) is not (PacketKind.WireGuardData or PacketKind.WireGuardHandshake))
            {
                FromOutside(source, packet);
                continue;
            }

            var link = last is not null && source == from ? last : Find(source, packet.Span);
            if (link is null)
            {
                Interlocked.Increment(ref _strangers);
                continue;
            }

            if (link != last)
            {
                if (packets > 0) last!.Path.CountReceivedDirect(packets, bytes);
                (last, packets, bytes) = (link, 0, 0);
            }

            from = source;
            Deliver(writer, link, packet.Span);
            packets++;
            bytes += packet.Length;
        }

        if (packets > 0) last?.Path.CountReceivedDirect(packets, bytes);
        writer.Flush();
    }

    /// <summary>A packet that came through a relay; the caller flushes the writer when no other is at hand.</summary>
    internal void FromRelay(NodeKey key, int region, ReadOnlyMemory<byte> packet, IDatagramWriter writer)
    {
        if (peers.Find(key) is not { } link) return; // not configured here: WireGuard would not know it either
        if (PacketKinds.Classify(packet.Span) is PacketKind.WireGuardData or PacketKind.WireGuardHandshake)
        {
            Deliver(writer, link, packet.Span);
            if (link.Path.CountReceivedRelayed(1, packet.Length)) paths.Wake(link.Path);
        }
        else if (PathEngine.IsControl(packet.Span))
        {
            // The first thing that a peer's agent says: now the peer is there.
            SendParked(link);
            paths.OnRelayed(key, packet.Span);
        }
        else
        {
            Echo(link, packet.Span, region);
        }
    }

    /// <summary>A way to the peer may have opened.</summary>
    internal void SendParked(PeerLink link)
    {
        if (link.Handshake.TryTake(paths.Now, out var packet)) link.SendRelayed(packet);
    }

    // Apart, so that only this allocates for the way back.
    private void Echo(PeerLink link, ReadOnlySpan<byte> packet, int region) =>
        echo.Received(link, packet, relays.NameOf(region), reply => link.SendRelayed(reply));

    private void FromOutside(TransportAddress source, Memory<byte> packet)
    {
        if (PathEngine.IsControl(packet.Span)) paths.OnDatagram(source, packet.Span);
        else if (paths.PeerAt(source) is { } path && peers.Find(path.Key) is { } link)
            echo.Received(link, packet.Span, source.ToString(), reply => paths.Send(source, reply));
    }

    private PeerLink? Find(in TransportAddress source, ReadOnlySpan<byte> packet)
    {
        if (paths.PeerAt(source) is { } path) return peers.Find(path.Key);
        var link = _sessions.Find(packet);
        if (link?.Path.HeardElsewhere() == true) paths.OnElsewhere(link.Path, source);
        return link;
    }

    private void Deliver(IDatagramWriter writer, PeerLink link, ReadOnlySpan<byte> packet)
    {
        if (wireGuard.TryGet(link.Socket, out var address) && !link.Copies.IsCopy(packet, paths.Now)) writer.Add(link.Socket, address, packet);
    }
}
