namespace Relay.Paths.Candidates;

/// <summary>Whether full-sized packets get through to one address. Asked only where small ones do.</summary>
internal sealed class FullSizeProof
{
    private TimeSpan _startedAt, _lastAt;
    private int _sent;
    private int _smallAnswers;

    internal bool Proven { get; private set; }

    /// <summary>Whether a series of probes is under way.</summary>
    internal bool Asking { get; private set; }

    /// <summary>Whether all of the series were lost, while small probes of the same time were answered.</summary>
    internal bool Failed => _sent == Timing.FullProbes.Length && _smallAnswers >= 2;

    /// <summary>When the next probe of the series is due, or after the last one its verdict; never while nothing is asked.</summary>
    internal TimeSpan DueAt(TimeSpan roundTrip)
    {
        if (!Asking) return TimeSpan.MaxValue;
        return _sent < Timing.FullProbes.Length
            ? _startedAt + Timing.FullProbes[_sent] + (_sent == 0 ? TimeSpan.Zero : roundTrip)
            : _startedAt + Timing.FullProbes[^1] + Timing.Doubt + 2 * roundTrip;
    }

    /// <summary>Begins a series. What was proven stays proven until the first probe proves lost.</summary>
    internal void Begin(TimeSpan now) => (_startedAt, _sent, _smallAnswers, Asking) = (now, 0, 0, true);

    /// <summary>Takes the next probe of the series; false when there are no more and the verdict is due.</summary>
    internal bool TryTake(TimeSpan now)
    {
        if (_sent == Timing.FullProbes.Length) return false;
        if (_sent++ > 0) Proven = false;
        _lastAt = now;
        return true;
    }

    /// <summary>A probe was answered. Small ones sent after the last full-sized one say nothing: that path may have come back since.</summary>
    internal void Answered(bool full, TimeSpan sentAt)
    {
        if (full) (Proven, Asking) = (true, false);
        else if (sentAt <= _lastAt) _smallAnswers++;
    }

    internal void Stop() => Asking = false;

    internal void Forget() => (Proven, Asking) = (false, false);
}
