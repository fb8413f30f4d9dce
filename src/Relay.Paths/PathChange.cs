namespace Relay.Paths;

/// <summary>A route was replaced by another, and why.</summary>
public readonly record struct PathChange(PeerPath Peer, PathRoute From, PathRoute To, PathChangeReason Reason)
{
    /// <summary>
    /// Whether packets now go to another place. False when a second way was only added or taken away: that happens
    /// whenever a path is doubted or rests, and is no news to a person.
    /// </summary>
    public bool IsMove => From.Direct != To.Direct;
}
