using Relay.Paths.Disco;
using Relay.Paths.Peers;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Stun.Messages;

namespace Relay.Paths;

/// <summary>
/// Finds, watches and replaces the paths to a node's peers. A state machine: no sockets, no clock, no threads. What
/// happened goes in with the time it happened at, what is to be done comes out through the <see cref="IPathSink"/>, and
/// after each call <see cref="NextDeadline"/> says when <see cref="OnTimer"/> wants to be called.
/// Not thread safe: its owner calls one method at a time. Only <see cref="PeerAt"/>, <see cref="IsControl"/> and the
/// members of <see cref="PeerPath"/> may be used from any thread, which is all that a data packet needs.
/// Times are spans on one monotonic clock of the owner's choice.
/// </summary>
public sealed class PathEngine : IDisposable
{
    private readonly Node _node;
    private readonly Dictionary<NodeKey, Peer> _peers = [];
    private readonly DiscoKeyIndex _byDiscoKey = new();
    private readonly byte[] _opened = new byte[PathOptions.MaxPacketSize];

    /// <param name="nodeKey">The node's own key, which is also WireGuard's. Stays the caller's, and must outlive the engine.</param>
    /// <param name="sink">Where actions go.</param>
    /// <param name="options">Settings.</param>
    public PathEngine(NodePrivateKey nodeKey, IPathSink sink, PathOptions options)
    {
        ArgumentNullException.ThrowIfNull(nodeKey);
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FullPacketSize, PathOptions.MinPacketSize, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.FullPacketSize, PathOptions.MaxPacketSize, nameof(options));
        _node = new Node(nodeKey, sink, options);
    }

    /// <summary>When <see cref="OnTimer"/> is due; <see cref="TimeSpan.MaxValue"/> when nothing is awaited.</summary>
    public TimeSpan NextDeadline
    {
        get
        {
            var due = _node.Stun.Due;
            foreach (var peer in _peers.Values)
            {
                if (peer.Due < due) due = peer.Due;
            }

            return due;
        }
    }

    /// <summary>What STUN told so far.</summary>
    public NatReport Nat => _node.Stun.Report;

    /// <summary>All peers.</summary>
    public IEnumerable<PeerPath> Peers => _peers.Values.Select(peer => peer.Path);

    /// <summary>
    /// Whether a datagram or a relayed packet is for <see cref="OnDatagram"/> or <see cref="OnRelayed"/>: STUN or disco.
    /// Everything else is WireGuard's.
    /// </summary>
    public static bool IsControl(ReadOnlySpan<byte> packet) =>
        PacketKinds.Classify(packet) switch
        {
            PacketKind.Disco => true,
            PacketKind.Other => StunResponse.Parse(packet, out _) != StunResponseStatus.NotStun,
            _ => false,
        };

    /// <summary>The peer that sends from an address; null when none is known to. Lock-free.</summary>
    public PeerPath? PeerAt(TransportAddress address) => _node.Addresses.Find(address);

    /// <summary>Adds a peer, or returns the one that is there. Sends nothing: a peer without traffic costs no packet.</summary>
    public PeerPath AddPeer(NodeKey key)
    {
        if (!_peers.TryGetValue(key, out var peer)) _peers.Add(key, peer = new Peer(_node, key));
        return peer.Path;
    }

    /// <summary>Forgets a peer.</summary>
    public void RemovePeer(NodeKey key)
    {
        if (!_peers.Remove(key, out var peer)) return;
        _byDiscoKey.Remove(peer.DiscoKey, peer);
        _node.Addresses.Remove(peer.Path);
        peer.Dispose();
    }

    /// <summary>A datagram came in on the UDP socket for which <see cref="IsControl"/> holds.</summary>
    public void OnDatagram(TimeSpan now, TransportAddress from, ReadOnlySpan<byte> datagram)
    {
        if (!DiscoFrame.TryReadSender(datagram, out var sender))
        {
            OnStunAnswer(now, datagram);
            return;
        }

        foreach (var peer in _byDiscoKey.Find(sender))
        {
            peer.OnDisco(now, from, datagram, _opened);
            peer.Evaluate(now);
        }
    }

    /// <summary>A packet came through the relay from <paramref name="from"/>, for which <see cref="IsControl"/> holds.</summary>
    public void OnRelayed(TimeSpan now, NodeKey from, ReadOnlySpan<byte> packet)
    {
        if (!_peers.TryGetValue(from, out var peer) || !DiscoFrame.TryReadSender(packet, out var sender)) return;
        if (sender.AsX25519 == from) OnAnnouncement(now, peer, packet);
        else if (sender == peer.DiscoKey) peer.OnDisco(now, from: null, packet, _opened);
        else peer.OnUnknownKey(now);
        peer.Evaluate(now);
    }

    /// <summary>The relay says that a peer is not, or no longer, connected to it.</summary>
    public void OnPeerGone(TimeSpan now, NodeKey key)
    {
        if (_peers.TryGetValue(key, out var peer)) peer.OnPeerGone(now);
    }

    /// <summary>The relay can be reached again, or another one is used now.</summary>
    public void OnRelayConnected(TimeSpan now)
    {
        foreach (var peer in _peers.Values) peer.OnRelayConnected(now);
    }

    /// <summary>The system refused to send to an address: no route, host or network unreachable.</summary>
    public void OnUnreachable(TimeSpan now, TransportAddress address)
    {
        foreach (var peer in _peers.Values)
        {
            if (peer.CandidateAt(address) is { } candidate) peer.OnUnreachable(now, candidate);
        }
    }

    /// <summary>
    /// The whole of what is known about the local network; give it at the start and whenever any of it changed. Changed
    /// interface addresses are a change of network: paths are doubted, addresses found out anew, and peers told.
    /// </summary>
    public void SetNetwork(TimeSpan now, LocalNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var (before, traits) = (_node.Network, _node.Traits);
        var moved = !network.Addresses.ToHashSet().SetEquals(before.Addresses);
        var askAgain = moved || !network.StunServers.SequenceEqual(before.StunServers);
        _node.Network = network;
        if (moved) _node.Stun.Forget();
        _node.Stun.SetServers(network.StunServers.Where(server => network.Addresses.Any(own => own.Family == server.Family)));
        RefreshOwnAddresses(now, tell: !moved);
        if (moved) Doubt(now, moved: true);
        TellTraits(now, traits);
        if (askAgain) _node.Stun.Start(now);
    }

    /// <summary>
    /// The network may have changed without its addresses showing it: another default route, new sockets, waking from
    /// sleep. Everything is verified again.
    /// </summary>
    public void OnNetworkDoubt(TimeSpan now)
    {
        Doubt(now, moved: false);
        _node.Stun.Start(now);
    }

    /// <summary>A counting method of <paramref name="path"/> returned true.</summary>
    public void Wake(TimeSpan now, PeerPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (_peers.TryGetValue(path.Key, out var peer)) peer.Evaluate(now);
    }

    /// <summary><see cref="PeerPath.HeardElsewhere"/> of <paramref name="path"/> returned true, for a packet from <paramref name="from"/>.</summary>
    public void OnElsewhere(TimeSpan now, PeerPath path, TransportAddress from)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!_peers.TryGetValue(path.Key, out var peer)) return;
        peer.OnElsewhere(now, from);
        peer.Evaluate(now);
    }

    /// <summary><see cref="NextDeadline"/> has come.</summary>
    public void OnTimer(TimeSpan now)
    {
        if (_node.Stun.Due <= now)
        {
            var traits = _node.Traits;
            _node.Stun.OnTimer(now);
            AfterStun(now, traits);
        }

        foreach (var peer in _peers.Values)
        {
            if (peer.Due <= now) peer.Evaluate(now);
        }
    }

    /// <summary>A peer's path as it is now.</summary>
    public PathStatus Describe(TimeSpan now, PeerPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _peers.TryGetValue(path.Key, out var peer) ? peer.Describe(now) : throw new ArgumentException($"{path.Key} is no peer", nameof(path));
    }

    /// <summary>Wipes the keys.</summary>
    public void Dispose()
    {
        foreach (var peer in _peers.Values) peer.Dispose();
        _node.Dispose();
    }

    private void OnAnnouncement(TimeSpan now, Peer peer, ReadOnlySpan<byte> packet)
    {
        var before = peer.DiscoKey;
        peer.OnAnnouncement(now, packet);
        if (peer.DiscoKey == before) return;
        _byDiscoKey.Remove(before, peer);
        _byDiscoKey.Add(peer.DiscoKey, peer);
    }

    private void OnStunAnswer(TimeSpan now, ReadOnlySpan<byte> datagram)
    {
        var traits = _node.Traits;
        _node.Stun.OnAnswer(now, datagram);
        AfterStun(now, traits);
    }

    private void AfterStun(TimeSpan now, NodeTraits traits)
    {
        RefreshOwnAddresses(now, tell: true);
        TellTraits(now, traits);
    }

    private void TellTraits(TimeSpan now, NodeTraits before)
    {
        if (_node.Traits == before) return;
        foreach (var peer in _peers.Values) peer.OnTraits(now);
    }

    private void RefreshOwnAddresses(TimeSpan now, bool tell)
    {
        var version = _node.Own.Version;
        _node.Own.Replace([.. _node.Network.PortMappings, .. _node.Stun.Reflexive, .. _node.Network.Addresses]);
        if (!tell || _node.Own.Version == version) return;
        foreach (var peer in _peers.Values)
        {
            peer.OnOwnAddresses(now);
            peer.Evaluate(now);
        }
    }

    private void Doubt(TimeSpan now, bool moved)
    {
        foreach (var peer in _peers.Values)
        {
            peer.OnNetworkChange(now, moved);
            peer.Evaluate(now);
        }
    }
}
