using Relay.Stun.Messages;

namespace Relay.Paths.Candidates;

/// <summary>One address of a peer, and what probing it has shown.</summary>
internal sealed class Candidate(TransportAddress address)
{
    // New samples count an eighth, as in TCP: one late answer changes little.
    private const int Smoothing = 8;

    internal TransportAddress Address { get; } = address;

    /// <summary>Whether the peer's latest call-me-maybe names it.</summary>
    internal bool Named { get; set; }

    /// <summary>When a valid ping, or data while it was unknown, last came from it.</summary>
    internal TimeSpan HeardAt { get; set; } = Timing.Never;

    /// <summary>The id of the latest ping: systems may deliver one datagram twice.</summary>
    internal StunTransactionId HeardId { get; set; }

    internal TimeSpan PingedAt { get; set; } = Timing.Never;

    internal TimeSpan AnsweredAt { get; private set; } = Timing.Never;

    /// <summary>When the oldest probe was sent that came after the last answer; null when none is owed.</summary>
    internal TimeSpan? OwesSince { get; private set; }

    /// <summary>Answers since it was last forgotten.</summary>
    internal int Samples { get; private set; }

    /// <summary>Smoothed; meaningless before the first answer.</summary>
    internal TimeSpan RoundTrip { get; private set; }

    internal FullSizeProof FullSize { get; } = new();

    internal Shunning Shunning { get; } = new();

    internal bool AnsweredLately(TimeSpan now) => now - AnsweredAt <= Timing.FreshAnswer;

    /// <summary>Whether data may be sent there.</summary>
    internal bool IsUsable(TimeSpan now) =>
        AnsweredLately(now) && !(now - OwesSince > Timing.DoubtDespiteData) && FullSize.Proven && !Shunning.IsOn(now);

    internal void Pinged(TimeSpan now)
    {
        PingedAt = now;
        OwesSince ??= now;
    }

    internal void Answered(TimeSpan now, TimeSpan roundTrip)
    {
        RoundTrip = Samples++ == 0 ? roundTrip : RoundTrip + (roundTrip - RoundTrip) / Smoothing;
        AnsweredAt = now;
        OwesSince = null;
    }

    /// <summary>Forgets what was found out from another place in the network.</summary>
    internal void Forget()
    {
        AnsweredAt = PingedAt = Timing.Never;
        (OwesSince, Samples) = (null, 0);
        FullSize.Forget();
        Shunning.Forget();
    }
}
