using System.Net.Security;

namespace Relay.Server.Acme;

/// <summary>What a certificate authority is shown while it finds out whether a name or an address is ours (RFC 8555 8). Called from many threads.</summary>
public interface IAcmeChallenges
{
    /// <summary>A TLS-ALPN-01 challenge is open, so that it is worth a look at what clients ask for.</summary>
    bool AnyForTls { get; }

    /// <summary>The certificate for a handshake with the protocol <c>acme-tls/1</c> (RFC 8737); null when nothing of that name is open.</summary>
    /// <param name="serverName">The name that is asked for (SNI).</param>
    SslStreamCertificateContext? ForTls(string serverName);

    /// <summary>The body of <c>/.well-known/acme-challenge/</c> + <paramref name="token"/> on the plain HTTP listener; null when there is none.</summary>
    string? ForHttp(string token);
}
