using System.Buffers.Text;
using System.Security.Cryptography.X509Certificates;

namespace Relay.Acme.Renewal;

/// <summary>How a certificate is called when its authority is asked about it (RFC 9773 4.1).</summary>
internal static class CertificateId
{
    /// <summary>The issuer's key identifier and the serial number, in base64url; null for a certificate that does not name its issuer's key.</summary>
    public static string? Of(X509Certificate2 certificate)
    {
        var authority = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault();
        return authority?.KeyIdentifier is { } key
            ? $"{Base64Url.EncodeToString(key.Span)}.{Base64Url.EncodeToString(certificate.SerialNumberBytes.Span)}"
            : null;
    }
}
