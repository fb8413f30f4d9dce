namespace Relay.LoadTest.Commands;

/// <summary>How to start the relays that are to be measured.</summary>
/// <param name="Program">A relayd or relayd.dll; null for the Release build of the source tree.</param>
/// <param name="Plain">Without TLS.</param>
/// <param name="Nodes">How many, in one region.</param>
/// <param name="Processors">Processors they are kept on; none for any.</param>
/// <param name="Flags">More flags for them.</param>
internal sealed record ServerOptions(string? Program, bool Plain, int Nodes, IReadOnlyList<int> Processors, IReadOnlyList<string> Flags);
