namespace Relay.Mesh.Cluster;

/// <summary>How the shared store stands and what passed between it and this relay. Immutable.</summary>
/// <param name="Reachable">The store answers.</param>
/// <param name="Fault">Why it does not, in one line.</param>
/// <param name="Members">Relays that live, this one included.</param>
/// <param name="Here">Keys that are here.</param>
/// <param name="Known">Keys of others whose place is cached.</param>
/// <param name="Waiting">Updates that are not in the store yet.</param>
/// <param name="Found">Questions that found a relay.</param>
/// <param name="NotFound">Questions for keys that nobody has.</param>
/// <param name="Unanswered">Questions that the store did not answer.</param>
/// <param name="Updates">Updates written.</param>
/// <param name="News">Keys that others told of.</param>
/// <param name="Failures">Calls that failed.</param>
/// <param name="Rebuilds">Times that all that is here was told again.</param>
/// <param name="AnswerTime">How long the last beat took.</param>
public sealed record ClusterStatistics(
    bool Reachable, string? Fault, int Members, int Here, int Known, int Waiting, long Found, long NotFound, long Unanswered,
    long Updates, long News, long Failures, long Rebuilds, TimeSpan AnswerTime);
