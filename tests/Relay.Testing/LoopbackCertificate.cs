using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Relay.Testing;

/// <summary>A certificate, for 127.0.0.1 unless told otherwise, with a key of its own.</summary>
/// <param name="Certificate">As PEM.</param>
/// <param name="Key">As PEM.</param>
/// <param name="Pin">What clients take for it.</param>
public sealed record LoopbackCertificate(string Certificate, string Key, string Pin)
{
    /// <summary>Makes one, for another name if it is given.</summary>
    public static LoopbackCertificate Make(string name = "127.0.0.1")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address)) names.AddIpAddress(address);
        else names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return new LoopbackCertificate(
            certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), "sha256-raw:" + Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)));
    }

    /// <summary>Writes <c>NAME.crt</c> and <c>NAME.key</c>.</summary>
    public void Write(string folder, string name)
    {
        var keyPath = Path.Combine(folder, name + ".key");
        File.WriteAllText(keyPath, Key);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(keyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(Path.Combine(folder, name + ".crt"), Certificate);
    }
}
