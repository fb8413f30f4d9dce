using Relay.Paths.Disco;
using Relay.Paths.Keys;
using Relay.Paths.Limits;
using Relay.Stun.Messages;

namespace Relay.Paths.Peers;

/// <summary>What a peer's messages change.</summary>
internal sealed partial class Peer
{
    private readonly TokenBucket _callsIn = new(perSecond: 4, burst: 8);
    private readonly TokenBucket _strangers = new(perSecond: 1, burst: 2);

    /// <summary>A packet that names the peer's node key as its sender came through the relay.</summary>
    internal void OnAnnouncement(TimeSpan now, ReadOnlySpan<byte> packet)
    {
        var effect = _keys.OnPacket(now, packet);
        if (effect == AnnouncementEffect.None) return;
        Heard(now);
        if (effect.HasFlag(AnnouncementEffect.NewKey)) ForgetPeer(now);
        // The answer goes before the call-me-maybe, which can only be read by whoever has our key.
        if (effect.HasFlag(AnnouncementEffect.AnswerDue)) _keys.Announce(now, _node.Mail, _node.Traits);
        if (effect.HasFlag(AnnouncementEffect.NewKey) && _active) StartRound(now, call: true);
    }

    /// <summary>A packet sealed with a key that is not the peer's came from it: it restarted, or missed that we did.</summary>
    internal void OnUnknownKey(TimeSpan now)
    {
        if (_strangers.TryTake(now)) _keys.Announce(now, _node.Mail, _node.Traits);
    }

    /// <summary>A packet sealed with the peer's disco key came from <paramref name="from"/>, or through the relay if that is null.</summary>
    internal void OnDisco(TimeSpan now, TransportAddress? from, ReadOnlySpan<byte> packet, Span<byte> buffer)
    {
        if (_keys.Secret is not { } secret) return;
        var message = DiscoFrame.Open(packet, secret, buffer);
        if (message.IsEmpty) return;
        Heard(now);
        switch ((DiscoMessageType)message[0])
        {
            case DiscoMessageType.Ping when from is { } source && DiscoPing.TryRead(message, out var ping):
                if (ping.Sender == Path.Key) OnPing(now, source, ping.Id);
                break;
            case DiscoMessageType.Pong when from is { } source && DiscoPong.TryRead(message, out var pong):
                OnPong(now, source, pong);
                break;
            case DiscoMessageType.CallMeMaybe when from is null:
                OnCallMeMaybe(now, CallMeMaybe.Read(message));
                break;
        }
    }

    private void Heard(TimeSpan now) => (_heardAt, _goneAt) = (now, Timing.Never);

    private void OnPing(TimeSpan now, in TransportAddress from, StunTransactionId id)
    {
        var unknown = !_candidates.TryGet(from, out _);
        if (_candidates.Hear(now, from, _node.Own.Set, _current) is not { } candidate || candidate.HeardId == id) return;
        candidate.HeardId = id;
        _node.Addresses.Note(now, from, Path, proven: false);
        if (_pongs.TryTake(now)) _node.Mail.SendPong(from, _keys.Secret!, id, Path.Counters.TotalReceivedDirect);
        if (unknown && ListensElsewhere(now)) HeardElsewhere(now);
        // It reached us, so our probe may reach it: waiting for the next round would cost seconds.
        var wanted = _active && (_current is null || _phase == PathPhase.Verifying) && !candidate.AnsweredLately(now);
        if (wanted && now - candidate.PingedAt >= Timing.PingBackAgain) Ping(now, candidate, full: false);
    }

    private void OnPong(TimeSpan now, in TransportAddress from, in DiscoPong pong)
    {
        if (!_pending.TryTake(now, pong.Id, out var ping)) return;
        var candidate = ping.To;
        if (!_candidates.TryGet(candidate.Address, out var known) || known != candidate) return;
        candidate.Answered(now, now - ping.SentAt);
        candidate.FullSize.Answered(ping.Full, ping.SentAt);
        _node.Addresses.Note(now, from, Path, proven: true);
        if (!candidate.FullSize.Proven && !candidate.FullSize.Asking && !candidate.Shunning.IsOn(now)) candidate.FullSize.Begin(now);
        if (candidate == _current) JudgePath(now, ping, pong.Received);
        else Consider(now, candidate, pong.Received);
    }

    private void OnCallMeMaybe(TimeSpan now, in CallMeMaybe message)
    {
        if (!_callsIn.TryTake(now)) return;
        _calledUsAt = now;
        var wasNamed = _current?.Named == true;
        var added = _candidates.Name(message, _node.Own.Set, _current);
        if (added) _rounds.Encourage();
        if (wasNamed && !_current!.Named) LeaveIfSilent(now, PathChangeReason.PeerWithdrew);
        if (added || _rounds.StepAt is null) StartRound(now, call: false);
        if (_calledVersion != _node.Own.Version || now - _calledAt > Timing.CallAgain) Call(now);
    }

    // Another process of the peer's: what was found out belongs to the one before.
    private void ForgetPeer(TimeSpan now)
    {
        _pending.Clear();
        _candidates.Clear();
        _loss.Reset();
        _rounds.Encourage();
        if (_current is not null) Leave(now, PathChangeReason.PeerRestarted);
    }
}
