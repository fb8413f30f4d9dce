namespace Relay.LoadTest.Traffic;

/// <summary>One client of a run.</summary>
/// <param name="Group">Clients that exchange packets have the same, and are served by the same thread.</param>
internal sealed record ClientPlan(int Group)
{
    /// <summary>In a region of several relays: how many relays further on it is connected than the others of its group.</summary>
    internal int Hops { get; init; }

    /// <summary>It never reads.</summary>
    internal bool Frozen { get; init; }
}
