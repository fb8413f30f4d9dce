namespace Relay.Stun.Answers;

/// <summary>Whose requests are answered (spec/stun.md 6).</summary>
public enum StunPolicy
{
    /// <summary>
    /// Every Binding request of RFC 8489 and RFC 5389, and those of RFC 3489 without a magic cookie. Tailscale's clients
    /// are among them.
    /// </summary>
    Public,

    /// <summary>As <see cref="Public"/>, without the clients of RFC 3489.</summary>
    Rfc8489,

    /// <summary>
    /// Only Tailscale's clients, as derper does: SOFTWARE <c>tailnode</c> and a right FINGERPRINT at the end. The smallest
    /// surface for abuse.
    /// </summary>
    TailscaleOnly,
}
