namespace Relay.Paths.Peers;

/// <summary>When a peer's addresses are probed: in bursts, which come less and less often while none succeeds.</summary>
internal sealed class Rounds
{
    private int _step = Timing.Burst.Length;
    private int _failed;

    internal TimeSpan StartedAt { get; private set; } = Timing.Never;

    /// <summary>When the next step of the running burst is due; null when none runs.</summary>
    internal TimeSpan? StepAt => _step < Timing.Burst.Length ? StartedAt + Timing.Burst[_step] : null;

    /// <summary>When the next round is due if no path was found.</summary>
    internal TimeSpan NextAt => StartedAt + Timing.RoundAfter[Math.Max(_failed - 1, 0)];

    internal void Start(TimeSpan now)
    {
        if (_failed < Timing.RoundAfter.Length) _failed++;
        (StartedAt, _step) = (now, 0);
    }

    /// <summary>Takes the step that is due.</summary>
    /// <returns>Its number, from 0 on.</returns>
    internal int TakeStep() => _step++;

    /// <summary>No more steps in this round.</summary>
    internal void Stop() => _step = Timing.Burst.Length;

    /// <summary>Something is new, on whatever side: what failed before says nothing now.</summary>
    internal void Encourage() => _failed = 0;
}
