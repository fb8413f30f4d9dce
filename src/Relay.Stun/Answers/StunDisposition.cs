namespace Relay.Stun.Answers;

/// <summary>
/// What became of one datagram, or of one call to the system. The values are indexes from zero without gaps, so that an
/// exporter can walk them; the names of the labels are <see cref="Relay.Stun.Counters.StunLabels"/>'.
/// </summary>
public enum StunDisposition
{
    /// <summary>Answered with the source's address.</summary>
    Success,

    /// <summary>Answered an RFC 3489 client with the source's address.</summary>
    SuccessClassic,

    /// <summary>Dropped: something else than STUN, a method other than Binding, malformed, or longer than 1500 bytes.</summary>
    NotStun,

    /// <summary>Dropped: FINGERPRINT is wrong or not last, or missing where the policy demands it.</summary>
    BadFingerprint,

    /// <summary>Dropped: not from Tailscale's client software, which the policy demands.</summary>
    WrongSoftware,

    /// <summary>Answered with error 420: an attribute that must be understood is not.</summary>
    UnknownAttribute420,

    /// <summary>Dropped, as it should be: a Binding indication asks for no answer.</summary>
    Indication,

    /// <summary>Dropped: a response. Answering one could start a loop between two servers.</summary>
    ResponseDropped,

    /// <summary>Dropped: the source cannot be real (port 0, unspecified, multicast or broadcast address).</summary>
    BadSource,

    /// <summary>
    /// Dropped: the answer would have been larger than the question, and its source, or somebody who forges it, got too much
    /// of that lately.
    /// </summary>
    RateLimited,

    /// <summary>An answer that the system refused to send; the request is counted here only.</summary>
    WriteError,

    /// <summary>A failed receive call.</summary>
    ReadError,
}
