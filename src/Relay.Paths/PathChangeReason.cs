namespace Relay.Paths;

/// <summary>Why a route was replaced. <see cref="ReasonText"/> has a text for each.</summary>
public enum PathChangeReason
{
    /// <summary>A probe of full size was answered; packets go both ways until one is seen to arrive.</summary>
    ProbesAnswered,

    /// <summary>The peer counted our packets on the direct path: the copy through the relay ends.</summary>
    DataArrives,

    /// <summary>Another address answers clearly faster.</summary>
    BetterPath,

    /// <summary>We send and hear nothing: both ways until a probe is answered.</summary>
    Quiet,

    /// <summary>The peer's packets come from an unknown address: both ways until a probe is answered.</summary>
    HeardElsewhere,

    /// <summary>The path was in doubt and answers again.</summary>
    Recovered,

    /// <summary>Probes stay unanswered.</summary>
    ProbesUnanswered,

    /// <summary>Probes are answered, packets do not arrive.</summary>
    DataLost,

    /// <summary>Small packets arrive, full-sized ones do not.</summary>
    FullSizedLost,

    /// <summary>The system says that the address cannot be reached.</summary>
    Unreachable,

    /// <summary>Our own addresses changed.</summary>
    Roamed,

    /// <summary>The peer no longer names this address as its own.</summary>
    PeerWithdrew,

    /// <summary>The peer is another process now, with another disco key.</summary>
    PeerRestarted,

    /// <summary>Nothing was sent for a while; the next packet goes both ways.</summary>
    Rested,
}
