namespace Relay.Paths.Peers;

/// <summary>
/// Compares what was sent on direct paths with what the peer says it received. Both counts belong to one probe: ours was
/// taken when it left, the peer's when it arrived, so what lies between two answers is what lay between two probes.
/// </summary>
internal sealed class LossWatch
{
    // Two packets may be on their way behind a probe that overtook them; more than that are lost.
    private const int Noticeable = 3;

    // One packet in three arriving is no path. Judged over three windows, and only where the rate is not itself the cause.
    private const int MostOf = 3;
    private const int SmallestWindow = 30;
    private const int BadWindows = 3;
    private const double FloodPerSecond = 2000;

    private (long Sent, long Received, TimeSpan At)? _base;
    private int _badWindows;

    /// <summary>The next answer begins a new count.</summary>
    internal void Reset() => (_base, _badWindows) = (null, 0);

    /// <summary>Counts from here on: <paramref name="sent"/> of ours, of which the peer had received so many.</summary>
    internal void StartAt(TimeSpan now, long sent, long received) => (_base, _badWindows) = ((sent, received, now), 0);

    /// <summary>Packets sent since the last that are known to have arrived.</summary>
    internal long Unconfirmed(long sent) => _base is { } start ? sent - start.Sent : 0;

    internal LossVerdict Judge(TimeSpan now, long sent, long received)
    {
        if (_base is not { } start || received < start.Received || sent < start.Sent)
        {
            StartAt(now, sent, received);
            return LossVerdict.NothingSent;
        }

        var (sentSince, receivedSince) = (sent - start.Sent, received - start.Received);
        if (receivedSince == 0) return sentSince >= Noticeable ? LossVerdict.NothingArrives : LossVerdict.NothingSent;
        _base = (sent, received, now);
        var flood = sentSince > FloodPerSecond * (now - start.At).TotalSeconds;
        var bad = sentSince >= SmallestWindow && receivedSince * MostOf < sentSince && !flood;
        _badWindows = bad ? _badWindows + 1 : 0;
        return _badWindows >= BadWindows ? LossVerdict.MostIsLost : LossVerdict.Arrives;
    }
}

/// <summary>What two counts say about a path.</summary>
internal enum LossVerdict
{
    /// <summary>Too little was sent to tell.</summary>
    NothingSent,
    Arrives,
    MostIsLost,
    NothingArrives,
}
