namespace Relay.LoadTest.Measuring;

/// <summary>What a <see cref="Meter"/> read at one moment.</summary>
/// <param name="Time">In stopwatch ticks.</param>
/// <param name="Server">What the server has used; null when it is not on this machine, or gone.</param>
/// <param name="Generator">What this process has used.</param>
/// <param name="Packets">Packets that have arrived.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="BytesByFlow">The same, for each flow.</param>
internal sealed record Reading(long Time, ProcessUsage? Server, ProcessUsage Generator, long Packets, long Bytes, IReadOnlyList<long> BytesByFlow);
