namespace Relay.LoadTest.Traffic;

/// <summary>One client of a run.</summary>
/// <param name="Group">Clients that exchange packets have the same, and are served by the same thread.</param>
internal sealed record ClientPlan(int Group)
{
    /// <summary>It never reads.</summary>
    internal bool Frozen { get; init; }
}
