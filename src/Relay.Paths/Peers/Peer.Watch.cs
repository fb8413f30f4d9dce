using Relay.Paths.Candidates;
using Relay.Stun.Messages;

namespace Relay.Paths.Peers;

/// <summary>Watches the present direct path: when it is probed, and what answers, counts and silence say about it.</summary>
internal sealed partial class Peer
{
    private TimeSpan _hintedAt = Timing.Never;
    private TimeSpan _elsewhereAt = Timing.Never;
    private TimeSpan _probedAt = Timing.Never;
    private TimeSpan? _lossSince;
    private bool _dataArrived;
    private bool _fullNext;

    /// <summary>Data of the peer's came from an address that nobody knew.</summary>
    internal void OnElsewhere(TimeSpan now, in TransportAddress from)
    {
        if (!ListensElsewhere(now) || _candidates.Hear(now, from, _node.Own.Set, _current) is not { } candidate) return;
        HeardElsewhere(now);
        Ping(now, candidate, full: false);
    }

    // What goes to the known address may be lost by now: the peer's NAT maps anew.
    private void HeardElsewhere(TimeSpan now)
    {
        _elsewhereAt = now;
        LeaveIfSilent(now, PathChangeReason.HeardElsewhere);
    }

    // Once in a while: whoever can send such packets could have all others go both ways.
    private bool ListensElsewhere(TimeSpan now) =>
        _phase == PathPhase.Trusted && _current is not null && now - _elsewhereAt > Timing.ElsewhereAgain;

    private void WatchPath(TimeSpan now)
    {
        if (_current is null || _phase == PathPhase.Resting) return;
        if (_phase == PathPhase.Trusted)
        {
            if (OwesTooLong(now)) Verify(now, PathChangeReason.Quiet);
            else if (PeerTurnedToRelay(now)) Verify(now, PathChangeReason.Quiet);
        }
        else if (GiveUpAt() <= now)
        {
            Leave(now, PathChangeReason.ProbesUnanswered);
        }

        if (_current is { } current && ProbeAt(now, current) <= now) Probe(now, current);
    }

    // Data that came directly now comes through the relay: the peer doubts the path, and it may know why.
    private bool PeerTurnedToRelay(TimeSpan now)
    {
        var turned = _activity.ReceivedRelayedAt == now
            && now - _activity.ReceivedDirectAt > Timing.Doubt
            && _activity.ReceivedDirectAt > _hintedAt;
        if (turned) _hintedAt = now;
        return turned;
    }

    private bool OwesTooLong(TimeSpan now) => _current?.OwesSince is { } since && DoubtAt(_current, since) <= now;

    // Whatever answers now is better than this.
    private bool IsDoubtful(TimeSpan now) => _leaving is not null || OwesTooLong(now);

    private TimeSpan DoubtAt(Candidate current, TimeSpan owesSince)
    {
        var silent = Later(owesSince, _activity.ReceivedDirectAt) + Timing.Doubt;
        return Earlier(silent, owesSince + Timing.DoubtDespiteData) + 2 * current.RoundTrip;
    }

    private TimeSpan GiveUpAt() =>
        _current?.OwesSince is { } since && _phase == PathPhase.Verifying
            ? (since > _phaseSince ? since : _phaseSince) + Timing.GiveUp
            : TimeSpan.MaxValue;

    private TimeSpan ProbeAt(TimeSpan now, Candidate current)
    {
        var last = Later(current.PingedAt, _probedAt);
        if (current.OwesSince is not null) return last + Timing.ProbeAgain + current.RoundTrip;
        if (_phase == PathPhase.Verifying)
        {
            var undecided = _loss.Unconfirmed(Path.Counters.TotalSentDirect) > 0 || current.AnsweredAt < _phaseSince;
            if (undecided && now - _phaseSince < Timing.GiveUp) return last + Timing.Tick;
        }

        return Earlier(last + (_activity.IsBusy(now) ? Timing.BusyHeartbeat : Timing.Heartbeat), SilenceAt(current, last));
    }

    // Data came since the last probe, and now that we send does not: the next heartbeat would be late.
    private TimeSpan SilenceAt(Candidate current, TimeSpan probedAt) =>
        _activity.UnansweredSince is { } since && _activity.ReceivedDirectAt > probedAt
            ? since + Timing.Silence + current.RoundTrip
            : TimeSpan.MaxValue;

    private void Probe(TimeSpan now, Candidate current)
    {
        _probedAt = now;
        // Every other probe of a busy path is a full-sized one: a path may shrink.
        _fullNext = !_fullNext && _phase == PathPhase.Trusted && _activity.IsBusy(now);
        if (_fullNext && !current.FullSize.Asking) current.FullSize.Begin(now);
        else Ping(now, current, full: false);
    }

    private TimeSpan PathDue(TimeSpan now)
    {
        if (_current is not { } current || _phase == PathPhase.Resting) return TimeSpan.MaxValue;
        var due = Earlier(ProbeAt(now, current), GiveUpAt());
        return _phase == PathPhase.Trusted && current.OwesSince is { } since ? Earlier(due, DoubtAt(current, since)) : due;
    }

    // The present path answered a probe: do the counts show that data arrives as well?
    private void JudgePath(TimeSpan now, in PendingPing ping, long? received)
    {
        _leaving = null;
        if (ping.SentAt < _pathSince) return;
        switch (received is { } count ? _loss.Judge(now, ping.DataSent, count) : LossVerdict.Arrives)
        {
            case LossVerdict.Arrives:
                _dataArrived |= ping.SentAt >= _phaseSince;
                break;
            case LossVerdict.MostIsLost:
                LeaveForLoss(now);
                return;
            case LossVerdict.NothingArrives when _phase == PathPhase.Trusted:
                _lossSince = now;
                Verify(now, PathChangeReason.DataLost);
                return;
            case LossVerdict.NothingArrives:
                _lossSince ??= now;
                if (now - _lossSince >= Timing.Doubt) LeaveForLoss(now);
                return;
        }

        if (_phase == PathPhase.Verifying && _dataArrived && _current!.FullSize.Proven) Trust(now);
    }

    private static TimeSpan Later(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
