namespace Relay.Server.Transport.Tls;

/// <summary>Why a TLS handshake failed; a label in metrics, so a fixed set.</summary>
public enum TlsFailure
{
    /// <summary>The first byte is not that of a TLS handshake: a scanner, or plain HTTP on the wrong port.</summary>
    NotTls,

    /// <summary>The handshake took longer than it may.</summary>
    Timeout,

    /// <summary>The two sides do not agree: version, cipher, ALPN, or bytes that make no sense.</summary>
    Protocol,

    /// <summary>The client went away, often because it does not trust the certificate.</summary>
    Closed,

    /// <summary>There is no certificate for the name that the client asked for.</summary>
    NoCertificate,
}
