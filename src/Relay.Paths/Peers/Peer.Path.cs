using Relay.Paths.Candidates;

namespace Relay.Paths.Peers;

/// <summary>
/// The present direct path: taken when proven, watched while data goes there, used together with the relay while in
/// doubt, left when it answers no more or loses data.
/// </summary>
internal sealed partial class Peer
{
    private Candidate? _current;
    private PathPhase _phase;
    private TimeSpan _phaseSince = Timing.Never;
    private TimeSpan _pathSince = Timing.Never;
    private TimeSpan _hintedAt = Timing.Never;
    private TimeSpan? _lossSince;
    private TimeSpan _probedAt = Timing.Never;
    private bool _dataArrived;
    private bool _trustedBefore;
    private bool _withdrawn;
    private bool _fullNext;

    /// <summary>The system says that nothing can be sent there.</summary>
    internal void OnUnreachable(TimeSpan now, Candidate candidate)
    {
        candidate.Forget();
        if (candidate != _current || !_active) return;
        Leave(now, PathChangeReason.Unreachable);
        Evaluate(now);
    }

    internal Candidate? CandidateAt(in Stun.Messages.TransportAddress address) =>
        _candidates.TryGet(address, out var candidate) ? candidate : null;

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
    private bool IsDoubtful(TimeSpan now) => _withdrawn || OwesTooLong(now);

    private TimeSpan DoubtAt(Candidate current, TimeSpan owesSince)
    {
        var patience = _activity.ReceivedDirectAt >= owesSince ? Timing.DoubtDespiteData : Timing.Doubt;
        return owesSince + patience + 2 * current.RoundTrip;
    }

    private TimeSpan GiveUpAt() =>
        _current?.OwesSince is { } since && _phase == PathPhase.Verifying
            ? (since > _phaseSince ? since : _phaseSince) + Timing.GiveUp
            : TimeSpan.MaxValue;

    private TimeSpan ProbeAt(TimeSpan now, Candidate current)
    {
        var last = Later(current.PingedAt, _probedAt);
        if (current.OwesSince is not null) return last + Timing.ProbeAgain + current.RoundTrip;
        var beat = last + (_activity.IsBusy(now) ? Timing.BusyHeartbeat : Timing.Heartbeat);
        if (_phase == PathPhase.Verifying)
        {
            var undecided = _loss.Unconfirmed(Path.Counters.TotalSentDirect) > 0 || current.AnsweredAt < _phaseSince;
            return undecided && now - _phaseSince < Timing.GiveUp ? last + Timing.Tick : beat;
        }

        return _activity.SilentSince is { } since
            ? Earlier(beat, Later(since, current.AnsweredAt) + Later(Timing.Quiet, 2 * current.RoundTrip))
            : beat;
    }

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
        _activity.EndSilence();
        _withdrawn = false;
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

    // Another address than the present one answered a probe.
    private void Consider(TimeSpan now, Candidate candidate, long? received)
    {
        if (!_active || !candidate.IsUsable(now)) return;
        if (_current is null) Adopt(now, candidate, PathChangeReason.ProbesAnswered, received);
        else if (_withdrawn) Adopt(now, candidate, PathChangeReason.PeerWithdrew, received);
        else if (OwesTooLong(now)) Adopt(now, candidate, PathChangeReason.ProbesUnanswered, received);
        else if (CandidatePreference.IsClearlyBetter(candidate, _current))
        {
            // One answer may be lucky.
            if (candidate.Samples >= Timing.SamplesToCompare) Adopt(now, candidate, PathChangeReason.BetterPath, received);
            else Ping(now, candidate, full: false);
        }
    }

    // What was sent so far went elsewhere: only what comes after this counts for or against the new path.
    private void Adopt(TimeSpan now, Candidate candidate, PathChangeReason reason, long? received)
    {
        (_current, _pathSince, _trustedBefore, _withdrawn, _lossSince) = (candidate, now, false, false, null);
        if (received is { } count) _loss.StartAt(now, Path.Counters.TotalSentDirect, count);
        else _loss.Reset();
        Enter(now, PathPhase.Verifying, PathRoute.Both(candidate.Address), reason);
    }

    private void Verify(TimeSpan now, PathChangeReason reason)
    {
        if (reason is PathChangeReason.Roamed or PathChangeReason.PeerWithdrew) _lossSince = null;
        Enter(now, PathPhase.Verifying, PathRoute.Both(_current!.Address), reason);
        Ping(now, _current, full: false);
    }

    private void Trust(TimeSpan now)
    {
        var reason = _trustedBefore ? PathChangeReason.Recovered : PathChangeReason.DataArrives;
        (_trustedBefore, _lossSince) = (true, null);
        _current!.Shunning.Pardon();
        _rounds.Encourage();
        Enter(now, PathPhase.Trusted, PathRoute.To(_current.Address), reason);
    }

    private void Rest(TimeSpan now)
    {
        _current!.FullSize.Stop();
        Enter(now, PathPhase.Resting, PathRoute.Both(_current.Address), PathChangeReason.Rested);
    }

    private void Withdrawn(TimeSpan now)
    {
        _withdrawn = true;
        if (_phase != PathPhase.Resting) Verify(now, PathChangeReason.PeerWithdrew);
    }

    private void LeaveForLoss(TimeSpan now)
    {
        _current!.Shunning.Begin(now, RelayReason.DataLost);
        Leave(now, PathChangeReason.DataLost);
    }

    private void Leave(TimeSpan now, PathChangeReason reason)
    {
        (_current, _pathSince, _withdrawn, _lossSince) = (null, now, false, null);
        _loss.Reset();
        _rounds.Encourage();
        if (_active && BestUsable(now) is { } best) Adopt(now, best, reason, received: null);
        else Enter(now, PathPhase.Verifying, PathRoute.Relay, reason);
    }

    private Candidate? BestUsable(TimeSpan now) =>
        _candidates.All.Where(candidate => candidate.IsUsable(now)).MinBy(c => CandidatePreference.Cost(c.Address, c.RoundTrip));

    private void Enter(TimeSpan now, PathPhase phase, PathRoute route, PathChangeReason reason)
    {
        (_phase, _phaseSince, _dataArrived) = (phase, now, false);
        var before = Path.Route;
        if (before == route) return;
        Path.Route = route;
        _node.Sink.PathChanged(new PathChange(Path, before, route, reason));
    }

    private static TimeSpan Later(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
