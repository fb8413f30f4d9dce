using Relay.Server.Acme;

namespace Relay.Server.Transport.Tls;

/// <summary>How TLS is spoken: 1.2 and 1.3, h2 and http/1.1, no client certificates (spec/derp.md 4.2).</summary>
public sealed record TlsOptions
{
    /// <summary>Gives the certificate for each handshake.</summary>
    public required CertificateSelector Certificates { get; init; }

    /// <summary>Answers to an authority's TLS-ALPN-01 challenges. Default none.</summary>
    public IAcmeChallenges? Acme { get; init; }

    /// <summary>Longest time from the accepted connection to the end of the handshake. Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time for saying goodbye inside TLS before the connection is cut. Default 2 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);
}
