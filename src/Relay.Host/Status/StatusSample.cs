namespace Relay.Host.Status;

/// <summary>Counters at one moment; two of them make rates.</summary>
internal readonly record struct StatusSample(
    long Timestamp, long PacketsIn, long PacketsOut, long BytesIn, long BytesOut, long Drops, long Stun, TimeSpan Cpu);
