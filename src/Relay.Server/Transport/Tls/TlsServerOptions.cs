using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;

namespace Relay.Server.Transport.Tls;

/// <summary>
/// SslStream's options for each certificate, made once: a certificate may be swapped at any time, and a session ticket
/// stays good for as long as its certificate is in force.
/// </summary>
internal sealed class TlsServerOptions(CertificateSelector certificates)
{
    private readonly ConditionalWeakTable<SslStreamCertificateContext, SslServerAuthenticationOptions> _known = [];

    /// <summary>The options for a client that asks for <paramref name="name"/>, which is empty when it asks for none; null to refuse.</summary>
    public SslServerAuthenticationOptions? For(string name) =>
        certificates(name.Length == 0 ? null : name) is { } certificate ? _known.GetValue(certificate, Make) : null;

    private static SslServerAuthenticationOptions Make(SslStreamCertificateContext certificate) => new()
    {
        ServerCertificateContext = certificate,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        ClientCertificateRequired = false,
    };
}
