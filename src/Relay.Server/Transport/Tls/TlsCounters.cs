using Relay.Server.Diagnostics;

namespace Relay.Server.Transport.Tls;

/// <summary>How TLS handshakes ended since the start. Thread safe.</summary>
public sealed class TlsCounters
{
    private readonly long[] _failed = new long[Enum.GetValues<TlsFailure>().Length];
    private readonly Lock _lock = new();

    /// <summary>Time that the successful ones took, from the accepted connection on. Its count is theirs.</summary>
    public DurationHistogram Durations { get; } = new();

    /// <summary>Handshakes that succeeded.</summary>
    public long Completed => Durations.Total;

    /// <summary>Handshakes that failed for <paramref name="reason"/>.</summary>
    public long Failed(TlsFailure reason) => Interlocked.Read(ref _failed[(int)reason]);

    internal void Complete(TimeSpan duration)
    {
        lock (_lock) Durations.Add(duration);
    }

    internal void Fail(TlsFailure reason) => Interlocked.Increment(ref _failed[(int)reason]);
}
