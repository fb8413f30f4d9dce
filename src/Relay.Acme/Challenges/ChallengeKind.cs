namespace Relay.Acme.Challenges;

/// <summary>How the authority convinces itself that a name or an address is ours.</summary>
public enum ChallengeKind
{
    /// <summary>A TLS handshake on port 443 with the protocol <c>acme-tls/1</c> (RFC 8737).</summary>
    TlsAlpn01,

    /// <summary>An HTTP request on port 80 (RFC 8555 8.3).</summary>
    Http01,
}
