using System.Collections.Concurrent;
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
#pragma warning disable CA1822 // the state machine behind these is on its way
public sealed class PathEngine : IDisposable
{
    private readonly Dictionary<NodeKey, PeerPath> _peers = [];
    private readonly ConcurrentDictionary<TransportAddress, PeerPath> _addresses = new();

    /// <param name="nodeKey">The node's own key, which is also WireGuard's. Stays the caller's.</param>
    /// <param name="sink">Where actions go.</param>
    /// <param name="options">Settings.</param>
    public PathEngine(NodePrivateKey nodeKey, IPathSink sink, PathOptions options)
    {
        ArgumentNullException.ThrowIfNull(nodeKey);
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(options);
    }

    /// <summary>When <see cref="OnTimer"/> is due; <see cref="TimeSpan.MaxValue"/> when nothing is awaited.</summary>
    public TimeSpan NextDeadline { get; private set; } = TimeSpan.MaxValue;

    /// <summary>What STUN told so far.</summary>
    public NatReport Nat { get; private set; } = NatReport.Unknown;

    /// <summary>All peers.</summary>
    public IReadOnlyCollection<PeerPath> Peers => _peers.Values;

    /// <summary>
    /// Whether a datagram or a relayed packet is for <see cref="OnDatagram"/> or <see cref="OnRelayed"/>: STUN or disco.
    /// Everything else is WireGuard's.
    /// </summary>
    public static bool IsControl(ReadOnlySpan<byte> packet) =>
        PacketKinds.Classify(packet) == PacketKind.Disco || StunResponse.Parse(packet, out _) != StunResponseStatus.NotStun;

    /// <summary>The peer that sends from an address; null when none is known to. Lock-free.</summary>
    public PeerPath? PeerAt(TransportAddress address) => _addresses.GetValueOrDefault(address);

    /// <summary>Adds a peer, or returns the one that is there. Sends nothing: a peer without traffic costs no packet.</summary>
    public PeerPath AddPeer(NodeKey key)
    {
        if (!_peers.TryGetValue(key, out var peer)) _peers.Add(key, peer = new PeerPath(key));
        return peer;
    }

    /// <summary>Forgets a peer.</summary>
    public void RemovePeer(NodeKey key) => _peers.Remove(key);

    /// <summary>A datagram came in on the UDP socket for which <see cref="IsControl"/> holds.</summary>
    public void OnDatagram(TimeSpan now, TransportAddress from, ReadOnlySpan<byte> datagram)
    {
    }

    /// <summary>A packet came through the relay from <paramref name="from"/>, for which <see cref="IsControl"/> holds.</summary>
    public void OnRelayed(TimeSpan now, NodeKey from, ReadOnlySpan<byte> packet)
    {
    }

    /// <summary>The relay says that a peer is not, or no longer, connected to it.</summary>
    public void OnPeerGone(TimeSpan now, NodeKey key)
    {
    }

    /// <summary>The relay can be reached again, or another one is used now.</summary>
    public void OnRelayConnected(TimeSpan now)
    {
    }

    /// <summary>The system refused to send to an address: no route, host or network unreachable.</summary>
    public void OnUnreachable(TimeSpan now, TransportAddress address)
    {
    }

    /// <summary>
    /// The whole of what is known about the local network; give it at the start and whenever any of it changed. Changed
    /// interface addresses are a change of network: paths are doubted, addresses found out anew, and peers told.
    /// </summary>
    public void SetNetwork(TimeSpan now, LocalNetwork network) => ArgumentNullException.ThrowIfNull(network);

    /// <summary>
    /// The network may have changed without its addresses showing it: another default route, new sockets, waking from
    /// sleep. Everything is verified again.
    /// </summary>
    public void OnNetworkDoubt(TimeSpan now)
    {
    }

    /// <summary>A counting method of <paramref name="peer"/> returned true.</summary>
    public void Wake(TimeSpan now, PeerPath peer) => ArgumentNullException.ThrowIfNull(peer);

    /// <summary><see cref="NextDeadline"/> has come.</summary>
    public void OnTimer(TimeSpan now)
    {
    }

    /// <summary>A peer's path as it is now.</summary>
    public PathStatus Describe(TimeSpan now, PeerPath peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return new PathStatus { Peer = peer.Key, Route = peer.Route, Reason = RelayReason.NoTraffic, Traffic = peer.Traffic };
    }

    /// <summary>Wipes the keys.</summary>
    public void Dispose()
    {
    }
}
