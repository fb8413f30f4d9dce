using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Relay.Host.Certificates;

/// <summary>A certificate chain, leaf first, and the leaf's private key, as PEM text.</summary>
/// <param name="Certificates">The chain.</param>
/// <param name="Key">The key.</param>
internal sealed record CertificatePem(ReadOnlyMemory<byte> Certificates, ReadOnlyMemory<byte> Key)
{
    internal string CertificateText => Encoding.UTF8.GetString(Certificates.Span);

    internal string KeyText => Encoding.UTF8.GetString(Key.Span);

    /// <summary>The leaf's hash, by which DERP maps pin it.</summary>
    internal string Pin()
    {
        using var leaf = X509Certificate2.CreateFromPem(CertificateText);
        return LoadedCertificate.PinOf(leaf);
    }

    /// <summary>Tells one content from another.</summary>
    internal string Fingerprint() =>
        Convert.ToHexString(SHA256.HashData(Certificates.Span)) + Convert.ToHexString(SHA256.HashData(Key.Span));
}
