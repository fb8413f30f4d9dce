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
    private volatile ByteRate? _rate;
    private volatile ByteRate? _networkRate;

    /// <summary>Charges what was read. True when <see cref="WaitAsync"/> must come before the next read.</summary>
    public bool Charge(int bytes, ByteRate? rate, Network? network)
    {
        var networkRate = network?.Rate;
        (_rate, _networkRate) = (rate, networkRate);
        var own = rate is null ? TimeSpan.Zero : _own.Take(rate, bytes);
        var shared = networkRate is null ? TimeSpan.Zero : network!.Bucket(time).Take(networkRate, bytes);
        (_wait, _scope) = shared > own ? (shared, RateLimitScope.Network) : (own, RateLimitScope.Client);
        return _wait > TimeSpan.Zero;
    }

    /// <summary>Waits as long as the last charge asks for, or until woken.</summary>
    public async ValueTask WaitAsync()
    {
        var began = time.GetTimestamp();
        var pause = _pause.WaitAsync(_wait < LongestWait ? _wait : LongestWait);
        counters.Begin(); // whoever is counted can be woken
        await pause.ConfigureAwait(false);
        counters.End(_scope, time.GetElapsedTime(began));
    }

    /// <summary>Ends the wait if these are not the limits any more that asked for it.</summary>
    public void WakeIfChanged(ByteRate? rate, ByteRate? networkRate)
    {
        if (rate != _rate || networkRate != _networkRate) Wake();
    }

    /// <summary>Ends the wait: the connection ends.</summary>
    public void Wake() => _pause.Wake();

    /// <inheritdoc/>
    public void Dispose() => _pause.Dispose();
}
