namespace Relay.Acme.Challenges;

/// <summary>Puts answers where the authority looks.</summary>
public interface IChallengeSolver
{
    /// <summary>What it can answer, the best first; at least one.</summary>
    IReadOnlyList<ChallengeKind> Kinds { get; }

    /// <summary>Lets <paramref name="answer"/> be found until the result is disposed of.</summary>
    IDisposable Present(ChallengeAnswer answer);
}
