using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Relay.Host.Configuration.Formats;
using Relay.Protocol.Keys;

namespace Relay.Host.Certificates;

/// <summary>
/// Makes the certificate of a relay that no authority vouches for; clients pin its hash. It is issued by the meta
/// certificate, because a TLS stack sends only what the leaf chains to. No key but the leaf's outlives the call.
/// </summary>
internal static class SelfSigned
{
    private const int Years = 10;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>The certificate and a key made for it.</summary>
    internal static CertificatePem Make(string hostName, NodeKey relayKey, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificatePem(Make(hostName, relayKey, now, key), ToPem(key));
    }

    /// <summary>The certificate for <paramref name="leafKey"/>, and the one that issued it, in PEM.</summary>
    internal static byte[] Make(string hostName, NodeKey relayKey, DateTimeOffset now, ECDsa leafKey)
    {
        // A day early, for clients whose clocks are behind.
        var (from, until) = (now.AddDays(-1), now.AddYears(Years));
        using var metaKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var meta = MetaCertificate.Make(relayKey, metaKey, from, until);
        using var leaf = Request(hostName, leafKey).Create(
            meta.SubjectName, X509SignatureGenerator.CreateForECDsa(metaKey), from, until, Serial());
        return Encoding.ASCII.GetBytes($"{leaf.ExportCertificatePem()}\n{meta.ExportCertificatePem()}\n");
    }

    internal static byte[] ToPem(ECDsa key) => Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n");

    private static CertificateRequest Request(string hostName, ECDsa key)
    {
        var address = NameFormat.AddressOf(hostName);
        var names = new SubjectAlternativeNameBuilder();
        if (address is null) names.AddDnsName(hostName);
        else names.AddIpAddress(address);

        var request = new CertificateRequest(Subject(hostName, address), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build(critical: false));
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        return request;
    }

    // A common name has at most 64 characters; nobody reads it where a subject alternative name is.
    private static X500DistinguishedName Subject(string hostName, IPAddress? address)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(address?.ToString() ?? (hostName.Length <= 64 ? hostName : "relayd"));
        return name.Build();
    }

    // Positive, and never short: 20 bytes are the most that RFC 5280 allows.
    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }
}
