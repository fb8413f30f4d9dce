namespace Relay.Server.Transport;

/// <summary>
/// Counts the connections of the public listeners and bounds their number and rate. A refusal costs the caller one
/// closed socket and never stops the relay from accepting. Thread safe.
/// </summary>
/// <param name="time">The clock of the rate.</param>
/// <param name="maxConnections">Connections open at once.</param>
/// <param name="acceptRate">Connections a second, a second's worth of them in one burst; 0 for no limit.</param>
public sealed class ConnectionGate(TimeProvider time, int maxConnections = 100_000, int acceptRate = 0)
{
    private readonly Lock _rateLock = new();
    private double _tokens = acceptRate;
    private long _refilled = time.GetTimestamp();
    private int _open;
    private long _accepted;
    private long _tooMany;
    private long _tooFast;
    private long _acceptErrors;

    /// <summary>Connections open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Connections let in since the start.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Times that accepting failed for want of something here, such as file descriptors.</summary>
    public long AcceptErrors => Interlocked.Read(ref _acceptErrors);

    /// <summary>Connections refused since the start for <paramref name="reason"/>.</summary>
    public long Refused(GateVerdict reason) => reason switch
    {
        GateVerdict.TooMany => Interlocked.Read(ref _tooMany),
        GateVerdict.TooFast => Interlocked.Read(ref _tooFast),
        _ => 0,
    };

    internal GateVerdict TryEnter()
    {
        if (Interlocked.Increment(ref _open) > maxConnections)
        {
            Interlocked.Decrement(ref _open);
            Interlocked.Increment(ref _tooMany);
            return GateVerdict.TooMany;
        }

        if (acceptRate > 0 && !TryTakeToken())
        {
            Interlocked.Decrement(ref _open);
            Interlocked.Increment(ref _tooFast);
            return GateVerdict.TooFast;
        }

        Interlocked.Increment(ref _accepted);
        return GateVerdict.Admitted;
    }

    internal void Leave() => Interlocked.Decrement(ref _open);

    internal void AcceptFailed() => Interlocked.Increment(ref _acceptErrors);

    private bool TryTakeToken()
    {
        lock (_rateLock)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(acceptRate, _tokens + time.GetElapsedTime(_refilled, now).TotalSeconds * acceptRate);
            _refilled = now;
            if (_tokens < 1) return false;
            _tokens--;
            return true;
        }
    }
}
