using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Relay.Host.Failures;

namespace Relay.Host.Certificates;

/// <summary>Puts a private key to its certificate: RSA or ECDSA, in PKCS#8, PKCS#1 or SEC1.</summary>
internal static class LeafKey
{
    /// <exception cref="StartupException">The text holds no such key, or that of another certificate.</exception>
    internal static X509Certificate2 Attach(X509Certificate2 certificate, string pem, string keyName)
    {
        using var rsaPublic = certificate.GetRSAPublicKey();
        using var ecPublic = certificate.GetECDsaPublicKey();
        if (rsaPublic is not null)
        {
            using var rsa = RSA.Create();
            Import(rsa, "RSA", pem, keyName);
            CheckPair(certificate, rsa.ExportSubjectPublicKeyInfo(), keyName);
            return Usable(certificate.CopyWithPrivateKey(rsa));
        }

        if (ecPublic is not null)
        {
            using var ec = ECDsa.Create();
            Import(ec, "EC", pem, keyName);
            CheckPair(certificate, ec.ExportSubjectPublicKeyInfo(), keyName);
            return Usable(certificate.CopyWithPrivateKey(ec));
        }

        throw StartupException.Config($"{keyName}: its certificate has a key of kind {certificate.GetKeyAlgorithm()}; expected RSA or ECDSA");
    }

    private static void Import(AsymmetricAlgorithm key, string kind, string pem, string keyName)
    {
        if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw StartupException.Config($"{keyName}: is encrypted; expected a key without a password, such as openssl pkey makes of it");
        try
        {
            key.ImportFromPem(PrivateBlock(pem));
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw StartupException.Config($"{keyName}: holds no {kind} private key, though its certificate is for one; expected a PEM PRIVATE KEY block", e);
        }
    }

    // Some tools put the curve's parameters, or the certificate, before the key.
    private static ReadOnlySpan<char> PrivateBlock(string pem)
    {
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            if (rest[fields.Label].EndsWith("PRIVATE KEY", StringComparison.Ordinal)) return rest[fields.Location];
        }

        return [];
    }

    private static void CheckPair(X509Certificate2 certificate, byte[] publicKey, string keyName)
    {
        if (!certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(publicKey))
            throw StartupException.Config($"{keyName}: is not the key of its certificate; expected the pair that belongs together");
    }

    // The TLS of Windows cannot use keys that live in memory only.
    internal static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows()) return certificate;
        using (certificate) return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
