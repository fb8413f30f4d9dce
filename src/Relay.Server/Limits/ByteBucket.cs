namespace Relay.Server.Limits;

/// <summary>
/// Bytes that may pass. Takes what it is given, into debt if need be, and says how long until the debt is paid: those who
/// share one wait in the order in which they came. Thread safe.
/// </summary>
internal sealed class ByteBucket(TimeProvider time)
{
    // Less than this is not worth a timer; what has gathered by then passes without one.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private ByteRate? _rate;
    private double _tokens;
    private long _refilled;

    /// <summary>Takes <paramref name="bytes"/> at <paramref name="rate"/>; a new rate begins with a full bucket.</summary>
    public TimeSpan Take(ByteRate rate, int bytes)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (rate != _rate) (_rate, _tokens) = (rate, rate.Burst);
            else _tokens = Math.Min(rate.Burst, _tokens + time.GetElapsedTime(_refilled, now).TotalSeconds * rate.BytesPerSecond);
            _refilled = now;
            _tokens -= bytes;
            if (_tokens >= 0) return TimeSpan.Zero;

            // No longer than half the burst takes, or a small burst would overflow unused.
            var shortest = Math.Min(ShortestWait.TotalSeconds, 0.5 * rate.Burst / rate.BytesPerSecond);
            return TimeSpan.FromSeconds(Math.Max(shortest, -_tokens / rate.BytesPerSecond));
        }
    }
}
