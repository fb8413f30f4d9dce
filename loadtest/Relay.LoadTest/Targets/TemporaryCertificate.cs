using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Relay.LoadTest.Targets;

/// <summary>A self-signed certificate for loopback with its key, in a folder that goes away with it; P-256, as relayd's own.</summary>
internal sealed class TemporaryCertificate : IDisposable
{
    /// <summary>Whom it is for.</summary>
    internal const string Host = "127.0.0.1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-load-");

    internal TemporaryCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var request = new CertificateRequest("CN=relay-load", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(Host));
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(7));
        Pin = $"sha256-raw:{Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256))}";

        // HAProxy takes one file, relayd two of these names.
        var (certificatePem, keyPem) = (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
        System.IO.File.WriteAllText(File, certificatePem + keyPem);
        System.IO.File.WriteAllText(Path.Combine(Folder, Host + ".crt"), certificatePem);
        System.IO.File.WriteAllText(Path.Combine(Folder, Host + ".key"), keyPem);
    }

    /// <summary>Its hash, as relays and clients take it in place of an authority's word.</summary>
    internal string Pin { get; }

    /// <summary>Certificate and key, PEM.</summary>
    internal string File => Path.Combine(_folder.FullName, "relay-load.pem");

    /// <summary>The folder it is in, which others may use as well.</summary>
    internal string Folder => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
