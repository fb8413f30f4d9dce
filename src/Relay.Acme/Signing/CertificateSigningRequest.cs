using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Relay.Acme.Challenges;

namespace Relay.Acme.Signing;

/// <summary>A request for a certificate with a key of its own, which is new for each.</summary>
internal sealed class CertificateSigningRequest : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public CertificateSigningRequest(string host)
    {
        var request = new CertificateRequest(new X500DistinguishedName(""), _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(SubjectNames.Of(host));
        Csr = Base64Url.EncodeToString(request.CreateSigningRequest());
    }

    /// <summary>The request, DER in base64url.</summary>
    public string Csr { get; }

    /// <summary>Puts the key to the chain that was issued.</summary>
    /// <exception cref="AcmeException">It is no chain, or for another key.</exception>
    public IssuedCertificate Complete(byte[] chain, string authority)
    {
        var text = Encoding.UTF8.GetString(chain);
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(text);
            if (certificates.Count > 0 && certificates[0].PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(_key.ExportSubjectPublicKeyInfo()))
                return new IssuedCertificate(text, _key.ExportPkcs8PrivateKeyPem() + "\n");
        }
        catch (CryptographicException)
        {
            // Said below.
        }

        throw new AcmeException($"{authority} sent something that is no certificate for the key it was asked for");
    }

    public void Dispose() => _key.Dispose();
}
