namespace Relay.Server.Connections;

/// <summary>So many at once, so many more a second. Starts full. Not thread safe.</summary>
internal struct TokenBucket(int burst, int perSecond)
{
    private readonly long _full = burst * 1000L;
    private long _milliTokens = burst * 1000L;
    private long _last;

    /// <summary>Takes one token, or returns false when there is none.</summary>
    public bool TryTake(long nowMilliseconds)
    {
        _milliTokens = Math.Min(_full, _milliTokens + (nowMilliseconds - _last) * perSecond);
        _last = nowMilliseconds;
        if (_milliTokens < 1000) return false;
        _milliTokens -= 1000;
        return true;
    }
}
