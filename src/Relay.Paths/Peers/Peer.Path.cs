using Relay.Paths.Candidates;

namespace Relay.Paths.Peers;

/// <summary>
/// The present direct path, from one to the next: taken when proven, used together with the relay while in doubt, left when
/// it answers no more or loses data.
/// </summary>
internal sealed partial class Peer
{
    private Candidate? _current;
    private PathPhase _phase;
    private TimeSpan _phaseSince = Timing.Never;
    private TimeSpan _pathSince = Timing.Never;
    private bool _trustedBefore;
    private PathChangeReason? _leaving;

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

    // Another address than the present one answered a probe.
    private void Consider(TimeSpan now, Candidate candidate, long? received)
    {
        if (!_active || !candidate.IsUsable(now)) return;
        if (_current is null) Adopt(now, candidate, PathChangeReason.ProbesAnswered, received);
        else if (_leaving is { } why) Adopt(now, candidate, why, received);
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
        (_current, _pathSince, _trustedBefore, _leaving, _lossSince) = (candidate, now, false, null, null);
        if (received is { } count) _loss.StartAt(now, Path.Counters.TotalSentDirect, count);
        else _loss.Reset();
        Enter(now, PathPhase.Verifying, PathRoute.Both(candidate.Address), reason);
    }

    private void Verify(TimeSpan now, PathChangeReason reason)
    {
        if (reason is PathChangeReason.Roamed or PathChangeReason.PeerWithdrew or PathChangeReason.HeardElsewhere) _lossSince = null;
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

    // The peer says, or shows, that it may have left this address: whichever other answers before it does takes its place.
    private void LeaveIfSilent(TimeSpan now, PathChangeReason why)
    {
        _leaving = why;
        if (_phase != PathPhase.Resting) Verify(now, why);
    }

    private void LeaveForLoss(TimeSpan now)
    {
        _current!.Shunning.Begin(now, RelayReason.DataLost);
        Leave(now, PathChangeReason.DataLost);
    }

    private void Leave(TimeSpan now, PathChangeReason reason)
    {
        (_current, _pathSince, _leaving, _lossSince) = (null, now, null, null);
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
}
