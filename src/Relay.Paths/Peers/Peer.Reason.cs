using Relay.Paths.Disco;

namespace Relay.Paths.Peers;

/// <summary>Why a peer is relayed: the first of these that holds.</summary>
internal sealed partial class Peer
{
    internal PathStatus Describe(TimeSpan now) => new()
    {
        Peer = Path.Key,
        Route = Path.Route,
        Reason = ReasonNow(now),
        RoundTrip = _current?.Samples > 0 ? _current.RoundTrip : null,
        Since = _pathSince,
        Candidates = _candidates.Count,
        Traffic = Path.Traffic,
    };

    private RelayReason ReasonNow(TimeSpan now)
    {
        if (_current is not null) return RelayReason.None;
        if (_activeSince == Timing.Never) return RelayReason.NoTraffic;
        if (_node.Own.IsEmpty) return RelayReason.NoNetworkHere;
        if (_goneAt > _activity.ReceivedAt) return RelayReason.PeerNotConnected;
        if (_keys.Secret is null) return WithoutKey(now);
        if (_candidates.All.FirstOrDefault(c => c.Shunning.Reason != RelayReason.None) is { } shunned) return shunned.Shunning.Reason;
        return now - _activeSince < Timing.SearchTime ? RelayReason.Searching : FromTraits();
    }

    private RelayReason WithoutKey(TimeSpan now)
    {
        if (now - _activeSince < Timing.SearchTime) return RelayReason.Searching;
        return _activity.ReceivedAt > _activeSince - Timing.Rest ? RelayReason.PeerWithoutAgent : RelayReason.PeerSilent;
    }

    private RelayReason FromTraits()
    {
        if (_node.Stun.Report.UdpBlocked) return RelayReason.UdpBlockedHere;
        if (_keys.Traits.HasFlag(NodeTraits.UdpBlocked)) return RelayReason.UdpBlockedThere;
        var common = _node.Traits & _keys.Traits;
        if ((common & (NodeTraits.IPv4 | NodeTraits.IPv6)) == 0) return RelayReason.NoCommonAddressFamily;
        if (common.HasFlag(NodeTraits.MappingVaries)) return RelayReason.SymmetricNatOnBothSides;
        if (_node.Traits.HasFlag(NodeTraits.MappingVaries)) return RelayReason.SymmetricNatHere;
        return _keys.Traits.HasFlag(NodeTraits.MappingVaries) ? RelayReason.SymmetricNatThere : RelayReason.ProbesUnanswered;
    }
}
