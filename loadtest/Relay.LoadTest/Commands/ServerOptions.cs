namespace Relay.LoadTest.Commands;

/// <summary>How to start the relay that is to be measured.</summary>
/// <param name="Program">A relayd or relayd.dll; null for the Release build of the source tree.</param>
/// <param name="Plain">Without TLS.</param>
/// <param name="Processors">Processors it is kept on; none for any.</param>
/// <param name="Flags">More flags for it.</param>
internal sealed record ServerOptions(string? Program, bool Plain, IReadOnlyList<int> Processors, IReadOnlyList<string> Flags);
