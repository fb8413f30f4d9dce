using Relay.Protocol.Handshake;

namespace Relay.Client.Connections;

/// <summary>
/// The rate that a relay announces (spec/derp.md 8.3): full at first, refilled with time, and a packet for which it does not
/// hold enough is not sent. The caller holds a lock.
/// </summary>
internal sealed class TokenBucket
{
    private readonly TimeProvider _time;
    private readonly double _rate, _burst;
    private double _tokens;
    private long _last;

    private TokenBucket(double rate, double burst, TimeProvider time)
    {
        (_rate, _burst, _tokens, _time, _last) = (rate, burst, burst, time, time.GetTimestamp());
    }

    /// <summary>The bucket for what the relay announced; null where it announced no rate.</summary>
    public static TokenBucket? For(ServerInfo info, TimeProvider time) =>
        info.TokenBucketBytesPerSecond > 0 ? new TokenBucket(info.TokenBucketBytesPerSecond, info.TokenBucketBytesBurst, time) : null;

    public bool TryTake(int bytes)
    {
        var now = _time.GetTimestamp();
        _tokens = Math.Min(_burst, _tokens + _time.GetElapsedTime(_last, now).TotalSeconds * _rate);
        _last = now;
        if (_tokens < bytes) return false;
        _tokens -= bytes;
        return true;
    }
}
