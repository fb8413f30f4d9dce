using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Relay.LoadTest.Targets;

/// <summary>A self-signed certificate with its key in a file that goes away with it; P-256, as relayd's own.</summary>
internal sealed class TemporaryCertificate : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-load-");

    internal TemporaryCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=relay-load", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(7));
        System.IO.File.WriteAllText(File, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>Certificate and key, PEM.</summary>
    internal string File => Path.Combine(_folder.FullName, "relay-load.pem");

    /// <summary>The folder it is in, which others may use as well.</summary>
    internal string Folder => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
