using System.Security.Authentication;
using Relay.Protocol.Keys;

namespace Relay.Client;

/// <summary>What the TLS handshake with a relay showed.</summary>
public sealed record RelayTlsInfo
{
    /// <summary>The version in use.</summary>
    public SslProtocols Protocol { get; init; }

    /// <summary>The cipher suite in use, by its registered name.</summary>
    public string CipherSuite { get; init; } = "";

    /// <summary>The subject of the relay's own certificate.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Who signed it.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>SHA-256 of that certificate in lower-case hex: with <c>sha256-raw:</c> before it, its pin.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>Valid from.</summary>
    public DateTimeOffset NotBefore { get; init; }

    /// <summary>Valid until.</summary>
    public DateTimeOffset NotAfter { get; init; }

    /// <summary>It was checked against a pin.</summary>
    public bool Pinned { get; init; }

    /// <summary>What is wrong with that certificate; on a connection that stands, nothing.</summary>
    public CertificateFault Fault { get; init; }

    /// <summary>The relay's key as its meta certificate tells it; null without one. Used only under TLS 1.3 (spec/derp.md 4.3).</summary>
    public NodeKey? MetaKey { get; init; }
}
