using Relay.Acme.Challenges;

namespace Relay.Acme.Tests;

/// <summary>Keeps what it is given to present.</summary>
internal sealed class ListSolver(params ChallengeKind[] kinds) : IChallengeSolver
{
    public List<ChallengeAnswer> Presented { get; } = [];

    public int Open { get; private set; }

    public IReadOnlyList<ChallengeKind> Kinds => kinds;

    public IDisposable Present(ChallengeAnswer answer)
    {
        Presented.Add(answer);
        Open++;
        return new Removal(this);
    }

    private sealed class Removal(ListSolver solver) : IDisposable
    {
        public void Dispose() => solver.Open--;
    }
}
