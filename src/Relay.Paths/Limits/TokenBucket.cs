namespace Relay.Paths.Limits;

/// <summary>So many at once, so many a second. Times must not run backwards; if they do, nothing is earned.</summary>
internal sealed class TokenBucket(double perSecond, int burst)
{
    private readonly int _burst = burst;
    private double _tokens = burst;
    private TimeSpan _at;

    internal bool TryTake(TimeSpan now)
    {
        if (now > _at) _tokens = Math.Min(_burst, _tokens + (now - _at).TotalSeconds * perSecond);
        _at = now > _at ? now : _at;
        if (_tokens < 1) return false;
        _tokens--;
        return true;
    }
}
