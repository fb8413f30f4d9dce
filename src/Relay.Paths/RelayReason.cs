namespace Relay.Paths;

/// <summary>Why a peer is reached through the relay only. <see cref="ReasonText"/> has a text for each.</summary>
public enum RelayReason
{
    /// <summary>It is not: there is a direct path.</summary>
    None,

    /// <summary>Nothing was sent to the peer yet, or not for long.</summary>
    NoTraffic,

    /// <summary>The search is under way.</summary>
    Searching,

    /// <summary>This machine has no address that a peer could reach.</summary>
    NoNetworkHere,

    /// <summary>The relay says that the peer is not connected.</summary>
    PeerNotConnected,

    /// <summary>Nothing was heard from the peer, not even through the relay.</summary>
    PeerSilent,

    /// <summary>The peer's packets come, but it does not announce a key for probes: it runs no agent of this kind.</summary>
    PeerWithoutAgent,

    /// <summary>No STUN server answers us.</summary>
    UdpBlockedHere,

    /// <summary>No STUN server answers the peer.</summary>
    UdpBlockedThere,

    /// <summary>One side has IPv4 only, the other IPv6 only.</summary>
    NoCommonAddressFamily,

    /// <summary>Both NATs choose a new port for each destination.</summary>
    SymmetricNatOnBothSides,

    /// <summary>Our NAT chooses a new port for each destination, and the peer's admits only ports it knows.</summary>
    SymmetricNatHere,

    /// <summary>The peer's NAT chooses a new port for each destination, and ours admits only ports it knows.</summary>
    SymmetricNatThere,

    /// <summary>Probes are answered, packets do not arrive.</summary>
    DataLost,

    /// <summary>Small probes are answered, full-sized ones are not.</summary>
    FullSizedLost,

    /// <summary>Nothing explains it: no probe is answered.</summary>
    ProbesUnanswered,
}
