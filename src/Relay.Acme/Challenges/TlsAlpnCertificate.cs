using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Relay.Acme.Challenges;

/// <summary>The certificate that answers a TLS-ALPN-01 challenge: self-signed, with a hash of the answer in an extension of its own (RFC 8737 3).</summary>
public static class TlsAlpnCertificate
{
    /// <summary>The application protocol by which the authority asks for it.</summary>
    public const string Protocol = "acme-tls/1";

    private const string AcmeIdentifier = "1.3.6.1.5.5.7.1.31";

    /// <summary>Makes one, with its private key.</summary>
    public static X509Certificate2 Make(ChallengeAnswer answer, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=acme", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(SubjectNames.Of(answer.Host));
        var hash = new AsnWriter(AsnEncodingRules.DER);
        hash.WriteOctetString(SHA256.HashData(Encoding.ASCII.GetBytes(answer.KeyAuthorization)));
        request.CertificateExtensions.Add(new X509Extension(AcmeIdentifier, hash.Encode(), critical: true));
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(7));
    }

    /// <summary>The name by which the authority asks for the certificate of <paramref name="host"/>; an address has to be spelled as one (RFC 8738 6).</summary>
    public static string ServerName(string host)
    {
        if (!IPAddress.TryParse(host, out var address)) return host;
        var bytes = address.GetAddressBytes().Reverse();
        return bytes.Count() == 4
            ? string.Join('.', bytes) + ".in-addr.arpa"
            : string.Join('.', bytes.SelectMany(b => new[] { b & 15, b >> 4 }).Select(n => n.ToString("x", null))) + ".ip6.arpa";
    }
}
