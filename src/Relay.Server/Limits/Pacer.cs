using Relay.Server.Admission;

namespace Relay.Server.Limits;

/// <summary>
/// Holds one client to what it may send, by not reading from it for a while: TCP then slows the client down, and nothing
/// is dropped. Charged once a read. Made for clients that have a limit; used by their reader, woken by anybody.
/// </summary>
internal sealed class Pacer(RateLimitCounters counters, TimeProvider time) : IDisposable
{
    // A client that has left is noticed when it is read from again. Rates below 6 kB a second are not held exactly.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly ByteBucket _own = new(time);
    private readonly Pause _pause = new(time);
    private TimeSpan _wait;
    private RateLimitScope _scope;

    /// <summary>Charges what was read. True when <see cref="WaitAsync"/> must come before the next read.</summary>
    public bool Charge(int bytes, ByteRate? rate, Network? network)
    {
        var own = rate is null ? TimeSpan.Zero : _own.Take(rate, bytes);
        var shared = network?.Rate is { } limit ? network.Bucket(time).Take(limit, bytes) : TimeSpan.Zero;
        (_wait, _scope) = shared > own ? (shared, RateLimitScope.Network) : (own, RateLimitScope.Client);
        return _wait > TimeSpan.Zero;
    }

    /// <summary>Waits as long as the last charge asks for, or until woken.</summary>
    public async ValueTask WaitAsync()
    {
        var began = time.GetTimestamp();
        counters.Begin();
        await _pause.WaitAsync(_wait < LongestWait ? _wait : LongestWait).ConfigureAwait(false);
        counters.End(_scope, time.GetElapsedTime(began));
    }

    /// <summary>Ends the wait: the connection ends, or its limit has changed.</summary>
    public void Wake() => _pause.Wake();

    /// <inheritdoc/>
    public void Dispose() => _pause.Dispose();
}
