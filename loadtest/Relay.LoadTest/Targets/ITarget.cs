using Relay.LoadTest.Derp;
using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Targets;

/// <summary>What is measured: a relay, or something to compare it with.</summary>
internal interface ITarget : IDisposable
{
    /// <summary>For tables.</summary>
    string Name { get; }

    /// <summary>The processes whose CPU time and memory count; none when they are not on this machine.</summary>
    IReadOnlyList<int> ServerPids { get; }

    /// <summary>What it says of itself: version, cipher.</summary>
    IReadOnlyDictionary<string, string> Versions { get; }

    /// <summary>Connects all clients of a plan, in its order.</summary>
    /// <exception cref="IOException">It could not.</exception>
    IReadOnlyList<DerpClient> Connect(TrafficPlan plan, CancellationToken stop);
}
