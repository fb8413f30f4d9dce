namespace Relay.Server.Transport;

/// <summary>So many connections a second, a second's worth of them at once. Starts full. Thread safe.</summary>
internal sealed class AcceptBucket(int perSecond, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = perSecond;
    private long _refilled = time.GetTimestamp();

    /// <summary>Takes one, if there is one; always where there is no limit.</summary>
    public bool TryTake()
    {
        if (perSecond == 0) return true;
        lock (_lock)
        {
            Refill();
            if (_tokens < 1) return false;
            _tokens--;
            return true;
        }
    }

    /// <summary>Whether it has nothing to remember.</summary>
    public bool IsFull()
    {
        lock (_lock)
        {
            Refill();
            return _tokens >= perSecond;
        }
    }

    private void Refill()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(perSecond, _tokens + time.GetElapsedTime(_refilled, now).TotalSeconds * perSecond);
        _refilled = now;
    }
}
