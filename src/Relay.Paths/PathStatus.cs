using Relay.Protocol.Keys;

namespace Relay.Paths;

/// <summary>One peer's path at one moment, for a person to read.</summary>
public sealed record PathStatus
{
    /// <summary>The peer.</summary>
    public required NodeKey Peer { get; init; }

    /// <summary>Where its packets go.</summary>
    public required PathRoute Route { get; init; }

    /// <summary>Why they go through the relay only; <see cref="RelayReason.None"/> when there is a direct path.</summary>
    public required RelayReason Reason { get; init; }

    /// <summary>The smoothed round trip of the direct path; null without one.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>When the path became what it is, by the engine's clock.</summary>
    public TimeSpan Since { get; init; }

    /// <summary>How many addresses of the peer are known.</summary>
    public int Candidates { get; init; }

    /// <summary>What went where so far.</summary>
    public required PathTraffic Traffic { get; init; }
}
