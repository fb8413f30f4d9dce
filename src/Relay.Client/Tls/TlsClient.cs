using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Relay.Client.Dialing;

namespace Relay.Client.Tls;

/// <summary>TLS 1.2 or 1.3 to a relay: no ALPN, no resumption (the whole chain is needed each time), the host as SNI unless it is an address.</summary>
internal static class TlsClient
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    public static async Task<(SslStream Stream, RelayTlsInfo Info)> SecureAsync(
        Stream stream, RelayTarget target, RelayClientOptions options, CancellationToken cancellation)
    {
        var check = new CertificateCheck(target, options);
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(Settings(target, check), cancellation).ConfigureAwait(false);
            return (tls, check.Info with { Protocol = tls.SslProtocol, CipherSuite = tls.NegotiatedCipherSuite.ToString() });
        }
        catch (Exception e)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            if (check.Refusal is not null) throw check.Refusal;
            if (e is AuthenticationException or IOException or CryptographicException)
                throw new RelayException(RelayError.Tls,
                    $"the TLS handshake with {target.Name} failed: {Reason(e)}; a relay with TLS 1.2 or 1.3 was expected there", e);
            throw;
        }
    }

    // Nothing is fetched while judging: neither revocation lists nor certificates that a stranger's certificate points at.
    internal static X509ChainPolicy Policy() => new()
    {
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
        ApplicationPolicy = { new Oid(ServerAuthentication) },
    };

    private static SslClientAuthenticationOptions Settings(RelayTarget target, CertificateCheck check) => new()
    {
        TargetHost = IPAddress.TryParse(target.Host, out _) ? "" : target.Host,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        AllowTlsResume = false,
        AllowRenegotiation = false,
        CertificateChainPolicy = Policy(),
        RemoteCertificateValidationCallback = check.Validate,
    };

    private static string Reason(Exception e)
    {
        while (e.InnerException is not null) e = e.InnerException;
        return RelayText.Printable(e.Message.TrimEnd('.'), 200);
    }
}
