namespace Relay.Paths;

/// <summary>The reasons in words, for a status table and a log line.</summary>
public static class ReasonText
{
    /// <summary>For instance <c>symmetric NAT on both sides</c>; empty for <see cref="RelayReason.None"/>.</summary>
    public static string Of(RelayReason reason) => reason switch
    {
        RelayReason.None => "",
        RelayReason.NoTraffic => "no traffic",
        RelayReason.Searching => "looking for a direct path",
        RelayReason.NoNetworkHere => "no network here",
        RelayReason.PeerNotConnected => "peer is not connected to the relay",
        RelayReason.PeerSilent => "peer silent",
        RelayReason.PeerWithoutAgent => "peer does not answer the search for a path",
        RelayReason.UdpBlockedHere => "UDP blocked here",
        RelayReason.UdpBlockedThere => "UDP blocked at the peer",
        RelayReason.NoCommonAddressFamily => "no common address family",
        RelayReason.SymmetricNatOnBothSides => "symmetric NAT on both sides",
        RelayReason.SymmetricNatHere => "symmetric NAT here, filtering NAT at the peer",
        RelayReason.SymmetricNatThere => "symmetric NAT at the peer, filtering NAT here",
        RelayReason.DataLost => "probes pass but data is lost",
        RelayReason.FullSizedLost => "full-sized packets are lost on the direct path",
        RelayReason.ProbesUnanswered => "probes are not answered",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    /// <summary>For instance <c>path went quiet</c>.</summary>
    public static string Of(PathChangeReason reason) => reason switch
    {
        PathChangeReason.ProbesAnswered => "probes answered",
        PathChangeReason.DataArrives => "data arrives",
        PathChangeReason.BetterPath => "better path",
        PathChangeReason.Quiet => "path went quiet",
        PathChangeReason.HeardElsewhere => "peer is heard from another address",
        PathChangeReason.Recovered => "path answers again",
        PathChangeReason.ProbesUnanswered => "probes are not answered",
        PathChangeReason.DataLost => "probes pass but data is lost",
        PathChangeReason.FullSizedLost => "full-sized packets are lost",
        PathChangeReason.Unreachable => "address is unreachable",
        PathChangeReason.Roamed => "own addresses changed",
        PathChangeReason.PeerWithdrew => "peer left that address",
        PathChangeReason.PeerRestarted => "peer restarted",
        PathChangeReason.Rested => "nothing to send",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
