using Relay.Paths.Candidates;
using Relay.Paths.Keys;
using Relay.Paths.Limits;
using Relay.Protocol.Keys;

namespace Relay.Paths.Peers;

/// <summary>
/// One peer's state machine. Messages change its state (Peer.Messages), and after each of them, and whenever a deadline
/// has come, <see cref="Evaluate"/> does what is due: announcing keys, watching the present path (Peer.Watch, Peer.Path),
/// searching for one (Peer.Search).
/// </summary>
internal sealed partial class Peer : IDisposable
{
    // What a peer can make us send, however it behaves.
    private readonly TokenBucket _pings = new(perSecond: 30, burst: 120);
    private readonly TokenBucket _pongs = new(perSecond: 50, burst: 150);

    private readonly Node _node;
    private readonly CandidateSet _candidates = new();
    private readonly PendingPings _pending = new();
    private readonly Rounds _rounds = new();
    private readonly LossWatch _loss = new();
    private readonly Activity _activity;
    private readonly KeyExchange _keys;

    private TimeSpan _heardAt = Timing.Never;
    private TimeSpan _goneAt = Timing.Never;
    private TimeSpan _activeSince = Timing.Never;
    private TimeSpan _sampledAt = Timing.Never;
    private bool _active;

    internal Peer(Node node, NodeKey key)
    {
        _node = node;
        Path = new PeerPath(key);
        _activity = new Activity(Path.Counters);
        _keys = new KeyExchange(node.Key, node.DiscoPrivateKey, key);
    }

    internal PeerPath Path { get; }

    internal Disco.DiscoKey DiscoKey => _keys.Key;

    /// <summary>When <see cref="Evaluate"/> is wanted next.</summary>
    internal TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Does what is due, and finds out when something is due again.</summary>
    internal void Evaluate(TimeSpan now)
    {
        Sample(now);
        if (_active)
        {
            if (_keys.RetryAt <= now) _keys.Announce(now, _node.Mail, _node.Traits);
            WatchPath(now);
            StartDueRound(now);
        }

        TakeDueSteps(now);
        AskFullSize(now);
        Due = NextDue(now);
    }

    internal void OnPeerGone(TimeSpan now) => _goneAt = now;

    /// <summary>The relay is there again: what was sent meanwhile is lost.</summary>
    internal void OnRelayConnected(TimeSpan now)
    {
        _goneAt = Timing.Never;
        if (!_active) return;
        _keys.Encourage();
        if (_keys.Secret is null) _keys.Announce(now, _node.Mail, _node.Traits);
        else if (_current is null) StartRound(now, call: true);
        Evaluate(now);
    }

    public void Dispose() => _keys.Dispose();

    // Data wakes a peer, and its absence puts it to rest.
    private void Sample(TimeSpan now)
    {
        ReadCounters(now);
        var active = _activity.IsActive(now);
        if (active && !_active) BecomeActive(now);
        if (!active && _active) BecomeIdle(now);
        _active = active;
        Path.TellWhenElsewhere(_active && ListensElsewhere(now));
        Path.TellWhenRelayed(_phase == PathPhase.Trusted && _current is not null && _activity.ReceivedDirectAt > _hintedAt);
    }

    private void BecomeActive(TimeSpan now)
    {
        if (now - _rounds.StartedAt > Timing.Encouragement) _rounds.Encourage();
        _activeSince = now;
        if (_keys.Secret is null) _keys.Announce(now, _node.Mail, _node.Traits);
        if (_current is not null) Verify(now, PathChangeReason.Rested);
        else if (BestUsable(now) is { } best) Adopt(now, best, PathChangeReason.ProbesAnswered, received: null);
    }

    private void BecomeIdle(TimeSpan now)
    {
        _keys.Rest();
        _rounds.Stop();
        if (_current is not null) Rest(now);
    }

    // While packets go out a tick looks at the counters; when they stop, the next one is to be told. One that was counted just
    // before the flag stood has told nobody: hence the second look.
    private void ReadCounters(TimeSpan now)
    {
        _sampledAt = now;
        _activity.Sample(now);
        var quiet = now - _activity.SentAt >= Timing.Tick;
        Path.TellWhenSent(quiet);
        if (quiet && _activity.Sample(now)) Path.TellWhenSent(false);
    }

    private TimeSpan NextDue(TimeSpan now)
    {
        var due = Earlier(FullSizeDue(), _rounds.StepAt ?? TimeSpan.MaxValue);
        if (_active)
        {
            due = Earlier(due, _activity.SentAt + Timing.Rest + Timing.Tick);
            due = Earlier(due, _keys.RetryAt ?? TimeSpan.MaxValue);
            due = Earlier(due, PathDue(now));
            due = Earlier(due, NextRoundAt(now));
            if (now - _activity.SentAt < Timing.Tick) due = Earlier(due, _sampledAt + Timing.Tick);
        }

        // Whatever a part of this may think, there is no reason to look again in the same instant.
        return due > now ? due : now + Timing.Shortest;
    }

    private static TimeSpan Earlier(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
