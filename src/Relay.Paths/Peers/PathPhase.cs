namespace Relay.Paths.Peers;

/// <summary>How far the present direct path is trusted.</summary>
internal enum PathPhase
{
    /// <summary>Data goes both ways until probes are answered, at full size, and the peer counts what we send.</summary>
    Verifying,

    /// <summary>Data goes there only.</summary>
    Trusted,

    /// <summary>Nothing is sent, so nothing is probed; what comes next goes both ways.</summary>
    Resting,
}
