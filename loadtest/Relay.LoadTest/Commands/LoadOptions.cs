using Relay.LoadTest.Derp;

namespace Relay.LoadTest.Commands;

/// <summary>What the command line asked for.</summary>
internal sealed record LoadOptions
{
    /// <summary>The relay, or the relays of one region; none when they are started, or none is needed.</summary>
    internal IReadOnlyList<RelayUrl> Urls { get; init; } = [];

    /// <summary>Their processes, to read CPU time and memory; none when they are not on this machine.</summary>
    internal IReadOnlyList<int> ServerPids { get; init; } = [];

    /// <summary>Where STUN is answered.</summary>
    internal System.Net.IPEndPoint? Stun { get; init; }

    internal TransportKind Transport { get; init; }

    internal TimeSpan Seconds { get; init; } = TimeSpan.FromSeconds(10);

    internal TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(2);

    internal int Runs { get; init; } = 1;

    internal int Threads { get; init; } = 1;

    /// <summary>Processors for the generator; none for any.</summary>
    internal IReadOnlyList<int> Processors { get; init; } = [];

    /// <summary>Pairs of clients, idle clients, or questioners, as the scenario has it; null for its default.</summary>
    internal int? Count { get; init; }

    internal int Size { get; init; } = 1280;

    internal int? Batch { get; init; }

    internal double? Rate { get; init; }

    internal int? Window { get; init; }

    /// <summary>Pairs more, whose receivers never read.</summary>
    internal int Frozen { get; init; }
}
