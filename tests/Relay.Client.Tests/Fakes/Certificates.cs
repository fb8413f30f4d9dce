using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Relay.Protocol.Keys;

namespace Relay.Client.Tests.Fakes;

/// <summary>Throw-away certificates.</summary>
internal static class Certificates
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    /// <summary>Self-signed, for a name or an address.</summary>
    public static X509Certificate2 SelfSigned(string host, DateTimeOffset? notAfter = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Request(host, key).CreateSelfSigned(Now.AddDays(-30), notAfter ?? Now.AddDays(30));
    }

    public static SslStreamCertificateContext Context(X509Certificate2 leaf, params X509Certificate2[] others) =>
        SslStreamCertificateContext.Create(leaf, [.. others], offline: true);

    public static string Pin(X509Certificate2 certificate) => "sha256-raw:" + Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));

    /// <summary>Leaf, a derpkey certificate as its issuer, and the root above: how .NET can be made to present the meta certificate.</summary>
    public static (SslStreamCertificateContext Context, X509Certificate2 Root, X509Certificate2 Leaf) WithMeta(string host, NodeKey relay, byte serial = 2, string? name = null)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var metaKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = Authority("CN=throw-away root", rootKey).CreateSelfSigned(Now.AddDays(-31), Now.AddDays(31));
        using var metaPublic = Authority($"CN={name ?? "derpkey" + relay.ToHex()}", metaKey).Create(root, Now.AddDays(-30), Now.AddDays(30), [serial]);
        using var meta = metaPublic.CopyWithPrivateKey(metaKey);
        using var leafPublic = Request(host, leafKey).Create(meta, Now.AddDays(-29), Now.AddDays(29), [0x51, 2, 3, 4, 5, 6, 7, 8, 9]);
        var leaf = leafPublic.CopyWithPrivateKey(leafKey);
        return (Context(leaf, X509CertificateLoader.LoadCertificate(meta.RawData), X509CertificateLoader.LoadCertificate(root.RawData)), root, leaf);
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }

    private static CertificateRequest Request(string host, ECDsa key)
    {
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
        else names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }
}
