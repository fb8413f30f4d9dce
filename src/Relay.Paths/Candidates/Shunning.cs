namespace Relay.Paths.Candidates;

/// <summary>An address that answered probes and lost data is left alone for a while, each time longer.</summary>
internal sealed class Shunning
{
    private TimeSpan _until = Timing.Never;
    private TimeSpan _length = Timing.Shun;

    /// <summary>Why, the last time; <see cref="RelayReason.None"/> when data has arrived since.</summary>
    internal RelayReason Reason { get; private set; }

    internal bool IsOn(TimeSpan now) => now < _until;

    internal void Begin(TimeSpan now, RelayReason reason)
    {
        (_until, Reason) = (now + _length, reason);
        _length = _length * 2 < Timing.LongestShun ? _length * 2 : Timing.LongestShun;
    }

    /// <summary>Data arrives. The next time will be as long as it would have been: a path that comes and goes is no better than none.</summary>
    internal void Pardon() => Reason = RelayReason.None;

    internal void Forget() => (_until, _length, Reason) = (Timing.Never, Timing.Shun, RelayReason.None);
}
