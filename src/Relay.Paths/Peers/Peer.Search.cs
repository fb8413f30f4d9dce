using Relay.Paths.Candidates;
using Relay.Paths.Limits;
using Relay.Stun.Messages;

namespace Relay.Paths.Peers;

/// <summary>The search for a path: rounds of probes to all of the peer's addresses, and call-me-maybes that ask for the same.</summary>
internal sealed partial class Peer
{
    private readonly TokenBucket _callsOut = new(perSecond: 2, burst: 6);
    private TimeSpan _calledAt = Timing.Never;
    private TimeSpan _calledUsAt = Timing.Never;
    private int _calledVersion = -1;
    private bool _roundCalls;

    /// <summary>Our own addresses are others than before.</summary>
    internal void OnOwnAddresses(TimeSpan now)
    {
        if (_keys.Secret is null || (!_active && now - _calledUsAt > Timing.Rest)) return;
        _rounds.Encourage();
        if (_active && _current is null) StartRound(now, call: true);
        else Call(now);
    }

    /// <summary>What STUN says about us changed: peers need it to name a reason.</summary>
    internal void OnTraits(TimeSpan now)
    {
        if (_active && _keys.Secret is not null) _keys.Announce(now, _node.Mail, _node.Traits);
    }

    /// <summary>We are somewhere else, or may be: nothing that was proven is.</summary>
    /// <param name="now">The time.</param>
    /// <param name="moved">Whether our addresses are others for sure.</param>
    internal void OnNetworkChange(TimeSpan now, bool moved)
    {
        foreach (var candidate in _candidates.All) candidate.Forget();
        _pending.Clear();
        if (_current is not null && _phase != PathPhase.Resting) Verify(now, PathChangeReason.Roamed);
        if (_keys.Secret is null || (!_active && now - _heardAt > Timing.RememberedOnRoam)) return;
        _rounds.Encourage();
        if (_active) StartRound(now, call: true);
        else if (moved) Call(now);
    }

    private bool WantsPath(TimeSpan now) => _keys.Secret is not null && (_current is null || IsDoubtful(now));

    private void StartDueRound(TimeSpan now)
    {
        if (_rounds.StepAt is null && NextRoundAt(now) <= now) StartRound(now, call: WantsPath(now));
    }

    private void TakeDueSteps(TimeSpan now)
    {
        while (_rounds.StepAt <= now) TakeStep(now);
    }

    private TimeSpan NextRoundAt(TimeSpan now) => WantsPath(now) ? _rounds.NextAt : UpgradeAt();

    // A path that is quick enough is not worth a search for a better one.
    private TimeSpan UpgradeAt()
    {
        if (_current is not { } current || _phase != PathPhase.Trusted || _candidates.Count < 2) return TimeSpan.MaxValue;
        return current.RoundTrip <= Timing.QuickEnough ? TimeSpan.MaxValue : _rounds.StartedAt + Timing.Upgrade;
    }

    private void StartRound(TimeSpan now, bool call)
    {
        if (_node.Stun.FreshAt + Timing.StunFresh < now) _node.Stun.Start(now);
        _candidates.DropSilent(now, _current);
        _roundCalls = call;
        _rounds.Start(now);
        TakeDueSteps(now);
    }

    private void TakeStep(TimeSpan now)
    {
        var step = _rounds.TakeStep();
        foreach (var candidate in _candidates.All)
        {
            var answered = candidate.AnsweredAt >= _rounds.StartedAt && candidate.Samples > step;
            if (!answered && !candidate.Shunning.IsOn(now) && _node.Own.Has(candidate.Address.Family)) Ping(now, candidate, full: false);
        }

        // The peer's probes open its side: it must hear that we are probing, even if the relay lost the first word of it.
        var heard = _candidates.All.Any(candidate => candidate.HeardAt >= _rounds.StartedAt);
        if (_roundCalls && (step == 0 || (_current is null && !heard && step is 3 or 5))) Call(now);
        if (step >= 3 && !WantsPath(now)) _rounds.Stop();
    }

    private void Call(TimeSpan now)
    {
        if (_keys.Secret is not { } secret || !_callsOut.TryTake(now)) return;
        (_calledAt, _calledVersion) = (now, _node.Own.Version);
        _node.Mail.SendCallMeMaybe(Path.Key, secret, _node.Own.List);
    }

    private void Ping(TimeSpan now, Candidate candidate, bool full)
    {
        if (_keys.Secret is not { } secret || !_pings.TryTake(now) || !_node.MayPing(now)) return;
        var id = StunTransactionId.NewRandom();
        _pending.Add(id, new PendingPing(candidate, now, full, Path.Counters.TotalSentDirect));
        candidate.Pinged(now);
        _node.Mail.SendPing(candidate.Address, secret, id, full ? _node.Options.FullPacketSize : 0);
    }

    // An address that answers small probes is asked with full-sized ones, a few times if need be.
    private void AskFullSize(TimeSpan now)
    {
        foreach (var candidate in _candidates.All)
        {
            var proof = candidate.FullSize;
            while (proof.DueAt(candidate.RoundTrip) <= now)
            {
                if (proof.TryTake(now)) AskFullSize(now, candidate);
                else ConcludeFullSize(now, candidate);
            }
        }
    }

    private void AskFullSize(TimeSpan now, Candidate candidate)
    {
        if (candidate == _current && !candidate.FullSize.Proven && _phase == PathPhase.Trusted) Verify(now, PathChangeReason.FullSizedLost);
        Ping(now, candidate, full: true);
        Ping(now, candidate, full: false);
    }

    private void ConcludeFullSize(TimeSpan now, Candidate candidate)
    {
        candidate.FullSize.Stop();
        if (!candidate.FullSize.Failed) return;
        candidate.Shunning.Begin(now, RelayReason.FullSizedLost);
        if (candidate == _current) Leave(now, PathChangeReason.FullSizedLost);
    }

    private TimeSpan FullSizeDue()
    {
        var due = TimeSpan.MaxValue;
        foreach (var candidate in _candidates.All) due = Earlier(due, candidate.FullSize.DueAt(candidate.RoundTrip));
        return due;
    }
}
