using Relay.Protocol.Keys;
using Relay.Server.Routing;

namespace Relay.Server.Balance;

/// <summary>
/// Who of those that were asked to go came right back: they are left in peace, and when most do, nobody is asked for a while.
/// A client that tries this relay first, and knows nothing of a told restart, does nothing else.
/// </summary>
internal sealed class Returners(PeerDirectory directory)
{
    // Time to be closed here and to connect somewhere.
    private const long JudgeAfter = 5_000;

    private const long SpareFor = 3_600_000;
    private const long FirstPause = 600_000;
    private const long LongestPause = 16 * FirstPause;
    private const int Enough = 4;

    private readonly List<(NodeKey Key, long At)> _asked = [];

    // Bounded by what is asked in an hour, a few a second.
    private readonly Dictionary<NodeKey, long> _spared = [];
    private int _judged, _back;
    private long _pause = FirstPause;
    private long _pausedUntil;

    /// <summary>How many have come back.</summary>
    public long Count { get; private set; }

    public bool IsPaused(long now) => now < _pausedUntil;

    public bool Spares(NodeKey key) => _spared.ContainsKey(key);

    public void OnAsked(NodeKey key, long now) => _asked.Add((key, now));

    /// <summary>Looks who is back. True: so many that nobody is to be asked for a while, which begins now.</summary>
    public bool Judge(long now)
    {
        foreach (var (key, _) in _spared.Where(spared => now - spared.Value > SpareFor).ToList()) _spared.Remove(key);
        foreach (var (key, at) in _asked.Where(asked => now - asked.At >= JudgeAfter))
        {
            _judged++;
            if (directory.Find(key)?.Local is not { } here || here.ConnectedAt < at) continue;
            _back++;
            Count++;
            _spared[key] = now;
        }

        _asked.RemoveAll(asked => now - asked.At >= JudgeAfter);
        if (_judged < Enough) return false;
        var most = _back * 2 >= _judged;
        (_judged, _back) = (0, 0);
        if (most) _pausedUntil = now + _pause;
        _pause = most ? Math.Min(2 * _pause, LongestPause) : FirstPause;
        return most;
    }
}
