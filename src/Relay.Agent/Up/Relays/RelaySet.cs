using System.Collections.Concurrent;
using Relay.Agent.Maps;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;

namespace Relay.Agent.Up.Relays;

/// <summary>
/// The relays of a map that this node stays connected to, at most three, in the order they are used: its home, which is the
/// nearest; the next nearest, so that no packet waits when the home restarts; and the map's first, where nodes with one map
/// find each other wherever their homes are. A packet takes the first of them that stands and where the peer is not known to
/// be missing.
/// </summary>
internal sealed class RelaySet(RelaySource source, int? region, NodePrivateKey key, IRelayEvents events, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<NodeKey, PeerPlace> _places = new();
    private readonly Lock _gate = new();
    private volatile RelayLink[] _order = [];
    private bool _closed;

    /// <summary>In the order they are used.</summary>
    internal IReadOnlyList<RelayLink> Links => _order;

    /// <summary>The relay that packets take now, to peers that are there.</summary>
    internal RelayLink? Home => _order.FirstOrDefault(l => l.IsSteady) ?? _order.FirstOrDefault();

    internal RelaySource Source => source;

    /// <summary>The regions that may be used, in the map's order.</summary>
    internal IReadOnlyList<DerpRegion> Regions { get; } = region is { } id
        ? [source.Region(id)]
        : [.. source.Map.Regions.Values.Where(r => !r.NoMeasureNoHome && r.Nodes.Any(n => !n.STUNOnly)).OrderBy(r => r.RegionID)];

    internal PeerPlace PlaceOf(NodeKey peer) => _places.GetOrAdd(peer, static (_, clock) => new PeerPlace(clock), time);

    internal void Forget(NodeKey peer) => _places.TryRemove(peer, out _);

    /// <summary>Connects to these regions and leaves others. The first is the home.</summary>
    internal async Task UseAsync(IReadOnlyList<int> regions)
    {
        RelayLink[] before, after;
        lock (_gate)
        {
            if (_closed) return;
            before = _order;
            after = [.. regions.Select(r => before.FirstOrDefault(l => l.Region == r) ?? Make(r))];
            _order = after;
        }

        foreach (var link in after.Except(before)) link.Start();
        foreach (var link in after) await link.NotePreferredAsync(link == after[0]);
        foreach (var link in before.Except(after)) await link.DisposeAsync();
    }

    /// <summary>The relay for a packet to this peer; null when none is connected.</summary>
    internal RelayLink? For(PeerPlace place)
    {
        RelayLink? fallback = null;
        foreach (var link in _order)
        {
            if (!link.IsConnected) continue;
            if (link.IsSteady && !place.IsMissingAt(link)) return link;
            // One that is about to restart still forwards; one where the peer was missing may have it by now.
            fallback ??= link;
        }

        return fallback;
    }

    /// <summary>Sends a packet alone.</summary>
    internal void Send(NodeKey peer, ReadOnlyMemory<byte> packet) => For(PlaceOf(peer))?.Send(peer, packet);

    /// <summary>Notes that a peer is missing at a relay; true when there is no other where it might be.</summary>
    internal bool IsGone(RelayLink relay, NodeKey peer)
    {
        var place = PlaceOf(peer);
        place.MissingAt(relay);
        return !_order.Any(l => l.IsConnected && !place.IsMissingAt(l));
    }

    /// <summary>The network changed: a connection that does not answer within a second is made anew, and none waits to be.</summary>
    internal Task CheckAsync(bool sure) => Task.WhenAll(_order.Select(async link =>
    {
        if (sure || !link.IsConnected || await link.PingAsync() is null) link.Reconnect();
    }));

    public async ValueTask DisposeAsync()
    {
        RelayLink[] links;
        lock (_gate)
        {
            _closed = true;
            links = _order;
        }

        await Task.WhenAll(links.Select(l => l.DisposeAsync().AsTask()));
    }

    private RelayLink Make(int id)
    {
        var made = source.Region(id);
        var name = made.Nodes.First(n => !n.STUNOnly).HostName;
        return new RelayLink(id, name, RelayEndpoint.FromRegion(made, source.PlainHttp), key, events, time);
    }
}
