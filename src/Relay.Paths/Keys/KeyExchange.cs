using Relay.Crypto;
using Relay.Paths.Disco;
using Relay.Paths.Limits;
using Relay.Protocol.Keys;

namespace Relay.Paths.Keys;

/// <summary>
/// Learns one peer's disco key and makes ours known to it, without anybody in between who could be trusted
/// (docs/path-protocol.md). A key is believed when the announcement that brings it echoes a challenge of ours, which is
/// good for one key only.
/// </summary>
internal sealed class KeyExchange : IDisposable
{
    // Answers to announcements: enough for a lossy relay, too few to keep two nodes busy with each other.
    private readonly TokenBucket _answers = new(perSecond: 1, burst: 6);
    private readonly NodePrivateKey _discoKey;
    private readonly DiscoKey _ours;
    private readonly BoxSecret? _nodeSecret;

    private Challenge _challenge = Challenge.NewRandom();
    private Challenge _echo;
    private uint _sequence;
    private uint _seenSequence;
    private int _attempts;
    private bool _otherKeySeen;

    internal KeyExchange(NodePrivateKey nodeKey, NodePrivateKey discoKey, NodeKey peer)
    {
        (_discoKey, _ours) = (discoKey, new DiscoKey(discoKey.Public));
        Peer = peer;
        _nodeSecret = nodeKey.DeriveBox(peer);
    }

    internal NodeKey Peer { get; }

    /// <summary>The peer's key; the zero key while it is not known.</summary>
    internal DiscoKey Key { get; private set; }

    /// <summary>Shared with the peer's disco key; null while it is not known.</summary>
    internal BoxSecret? Secret { get; private set; }

    internal NodeTraits Traits { get; private set; }

    /// <summary>When to announce once more; null when nothing is asked of the peer.</summary>
    internal TimeSpan? RetryAt { get; private set; }

    /// <summary>Sends an announcement; an unknown key is asked for.</summary>
    internal void Announce(TimeSpan now, DiscoMail mail, NodeTraits traits)
    {
        if (_nodeSecret is null) return;
        var wanted = Secret is null || _otherKeySeen;
        mail.SendAnnouncement(Peer, _nodeSecret, new Announcement(wanted, traits, ++_sequence, _challenge, _echo, _ours));
        RetryAt = wanted ? now + Timing.AnnounceAgain[Math.Min(_attempts++, Timing.AnnounceAgain.Length - 1)] : null;
    }

    /// <summary>The peer is there, or wanted again: do not wait long for the next attempt.</summary>
    internal void Encourage() => _attempts = 0;

    /// <summary>Nobody waits for the peer's key any more.</summary>
    internal void Rest() => RetryAt = null;

    /// <summary>A packet whose outer key is the peer's node key came through the relay.</summary>
    internal AnnouncementEffect OnPacket(TimeSpan now, ReadOnlySpan<byte> packet)
    {
        Span<byte> buffer = stackalloc byte[256];
        if (_nodeSecret is null) return AnnouncementEffect.None;
        var message = DiscoFrame.Open(packet, _nodeSecret, buffer);
        if (message.IsEmpty || message[0] != (byte)DiscoMessageType.Announcement) return AnnouncementEffect.None;
        if (!Announcement.TryRead(message, out var announcement)) return AnnouncementEffect.None;

        _echo = announcement.Challenge;
        var effect = Take(announcement);
        if (effect == AnnouncementEffect.Unproven || announcement.AnswerWanted)
            effect |= _answers.TryTake(now) ? AnnouncementEffect.AnswerDue : AnnouncementEffect.None;
        return effect;
    }

    public void Dispose()
    {
        _nodeSecret?.Dispose();
        Secret?.Dispose();
    }

    private AnnouncementEffect Take(in Announcement announcement)
    {
        if (announcement.Key == Key) return TakeTraits(announcement);
        if (announcement.Echo != _challenge)
        {
            _otherKeySeen = true;
            return AnnouncementEffect.Unproven;
        }

        if (_discoKey.DeriveBox(announcement.Key.AsX25519) is not { } secret) return AnnouncementEffect.None;

        Secret?.Dispose();
        (Secret, Key, Traits, _seenSequence) = (secret, announcement.Key, announcement.Traits, announcement.Sequence);
        // A challenge is good for one key: an announcement from before cannot bring an older one back.
        _challenge = Challenge.NewRandom();
        (RetryAt, _attempts, _otherKeySeen) = (null, 0, false);
        return AnnouncementEffect.NewKey;
    }

    private AnnouncementEffect TakeTraits(in Announcement announcement)
    {
        (_otherKeySeen, RetryAt) = (false, null);
        if (announcement.Sequence <= _seenSequence) return AnnouncementEffect.None;
        (Traits, _seenSequence) = (announcement.Traits, announcement.Sequence);
        return AnnouncementEffect.None;
    }
}
