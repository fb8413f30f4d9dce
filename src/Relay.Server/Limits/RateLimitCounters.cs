namespace Relay.Server.Limits;

/// <summary>How often and how long clients were held back by their receive limits. Thread safe.</summary>
public sealed class RateLimitCounters
{
    private readonly long[] _waits = new long[Enum.GetValues<RateLimitScope>().Length];
    private readonly long[] _microseconds = new long[Enum.GetValues<RateLimitScope>().Length];
    private int _waiting;

    /// <summary>Clients that are held back now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Times that a client was held back by this limit.</summary>
    public long Waits(RateLimitScope scope) => Interlocked.Read(ref _waits[(int)scope]);

    /// <summary>Seconds that clients were held back by this limit.</summary>
    public double Seconds(RateLimitScope scope) => Interlocked.Read(ref _microseconds[(int)scope]) / 1e6;

    internal void Begin() => Interlocked.Increment(ref _waiting);

    internal void End(RateLimitScope scope, TimeSpan waited)
    {
        Interlocked.Increment(ref _waits[(int)scope]);
        Interlocked.Add(ref _microseconds[(int)scope], (long)waited.TotalMicroseconds);
        Interlocked.Decrement(ref _waiting);
    }
}
