namespace Relay.Host.Configuration;

/// <summary>Which STUN requests are answered (spec/stun.md 6).</summary>
internal enum StunPolicy
{
    /// <summary>Any valid binding request.</summary>
    Public,

    /// <summary>Only requests as the reference client makes them.</summary>
    TailscaleOnly,
}
