namespace Relay.Client.Connections;

/// <summary>
/// Ends a connection whose reader has waited, or whose write has taken, too long. One timer that fires no more often than the
/// limit, instead of a deadline set for each read. A reader that does not read is not silence.
/// </summary>
internal sealed class SilenceWatch : IDisposable
{
    private const long NotReading = long.MinValue;

    private readonly TimeProvider _time;
    private readonly TimeSpan _limit;
    private readonly Func<long?> _writingSince;
    private readonly Action<string> _onSilence;
    private readonly ITimer _timer;
    private long _readingSince = NotReading;

    public SilenceWatch(TimeProvider time, TimeSpan limit, Func<long?> writingSince, Action<string> onSilence)
    {
        (_time, _limit, _writingSince, _onSilence) = (time, limit, writingSince, onSilence);
        _timer = time.CreateTimer(static self => ((SilenceWatch)self!).Check(), this, limit, Timeout.InfiniteTimeSpan);
    }

    public void BeginRead() => Volatile.Write(ref _readingSince, _time.GetTimestamp());

    public void EndRead() => Volatile.Write(ref _readingSince, NotReading);

    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        var reading = Volatile.Read(ref _readingSince);
        var silent = reading == NotReading ? TimeSpan.Zero : _time.GetElapsedTime(reading);
        var stuck = _writingSince() is { } writing ? _time.GetElapsedTime(writing) : TimeSpan.Zero;
        if (silent >= _limit) _onSilence($"sent nothing for {RelayText.Seconds(_limit)}");
        else if (stuck >= _limit) _onSilence($"took nothing for {RelayText.Seconds(_limit)}");
        else _timer.Change(_limit - (silent > stuck ? silent : stuck), Timeout.InfiniteTimeSpan);
    }
}
