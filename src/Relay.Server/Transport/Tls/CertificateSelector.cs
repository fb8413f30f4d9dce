using System.Net.Security;

namespace Relay.Server.Transport.Tls;

/// <summary>
/// Gives the certificate for a handshake. Called once for each, from many threads, and must not block. Return the same
/// context for as long as the certificate stays the same: TLS session tickets hang on it.
/// </summary>
/// <param name="name">The name that the client asked for (SNI); null when it sent none.</param>
/// <returns>The certificate with its chain, or null to refuse the name.</returns>
public delegate SslStreamCertificateContext? CertificateSelector(string? name);
