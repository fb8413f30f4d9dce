using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Relay.Host.Certificates;

namespace Relay.Host.Tests.Support;

/// <summary>Issues certificates as an authority would: leaf, intermediate, and a root that is not part of the chain.</summary>
internal static class Authority
{
    internal static CertificatePem Issue(string host, DateTimeOffset from, DateTimeOffset until)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var intermediateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (early, late) = (from.AddDays(-1), until.AddDays(1));
        using var root = Request("root", rootKey, authority: true).CreateSelfSigned(early, late);
        using var intermediate = Request("intermediate", intermediateKey, authority: true).Create(root, early, late, [1]);
        using var issuer = intermediate.CopyWithPrivateKey(intermediateKey);
        var request = Request("leaf", leafKey, authority: false);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var leaf = request.Create(issuer, from, until, RandomNumberGenerator.GetBytes(8));
        return new CertificatePem(
            Encoding.ASCII.GetBytes(leaf.ExportCertificatePem() + "\n" + intermediate.ExportCertificatePem() + "\n"),
            Encoding.ASCII.GetBytes(leafKey.ExportECPrivateKeyPem()));
    }

    private static CertificateRequest Request(string name, ECDsa key, bool authority)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        return request;
    }
}
