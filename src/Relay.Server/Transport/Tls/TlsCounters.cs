namespace Relay.Server.Transport.Tls;

/// <summary>How TLS handshakes ended since the start. Thread safe.</summary>
public sealed class TlsCounters
{
    private readonly long[] _failed = new long[Enum.GetValues<TlsFailure>().Length];
    private long _completed;

    /// <summary>Handshakes that succeeded.</summary>
    public long Completed => Interlocked.Read(ref _completed);

    /// <summary>Handshakes that failed for <paramref name="reason"/>.</summary>
    public long Failed(TlsFailure reason) => Interlocked.Read(ref _failed[(int)reason]);

    internal void Complete() => Interlocked.Increment(ref _completed);

    internal void Fail(TlsFailure reason) => Interlocked.Increment(ref _failed[(int)reason]);
}
