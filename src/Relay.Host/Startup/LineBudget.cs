namespace Relay.Host.Startup;

/// <summary>So many lines a second, and at its end how many more there were. Thread safe.</summary>
internal sealed class LineBudget : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly int _lines;
    private readonly Action<int> _tell;
    private readonly ITimer _end;
    private long _began;
    private int _taken;
    private int _leftOut;

    /// <param name="lines">How many.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Told how many lines were left out, once a second at most.</param>
    public LineBudget(int lines, TimeProvider time, Action<int> tell)
    {
        (_lines, _time, _tell) = (lines, time, tell);
        _began = time.GetTimestamp();
        _end = time.CreateTimer(static budget => ((LineBudget)budget!).Tell(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether one more line may be written.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            var elapsed = _time.GetElapsedTime(_began);
            if (elapsed >= Period) (_began, _taken, elapsed) = (_time.GetTimestamp(), 0, TimeSpan.Zero);
            if (_taken < _lines)
            {
                _taken++;
                return true;
            }

            if (_leftOut++ == 0) _end.Change(Period - elapsed, Timeout.InfiniteTimeSpan);
            return false;
        }
    }

    /// <summary>Tells of what was left out last.</summary>
    public void Dispose()
    {
        _end.Dispose();
        Tell();
    }

    private void Tell()
    {
        int count;
        lock (_lock) (count, _leftOut) = (_leftOut, 0);
        if (count > 0) _tell(count);
    }
}
