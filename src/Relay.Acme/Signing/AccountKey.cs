using System.Buffers.Text;
using System.Security.Cryptography;

namespace Relay.Acme.Signing;

/// <summary>The key of an account with an authority: ECDSA on P-256, which every authority takes. Thread safe.</summary>
public sealed class AccountKey : IDisposable
{
    private readonly ECDsa _key;

    private AccountKey(ECDsa key)
    {
        _key = key;
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        Jwk = new Jwk(Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        Thumbprint = Jwk.Thumbprint();
    }

    internal Jwk Jwk { get; }

    /// <summary>What answers to challenges end in.</summary>
    internal string Thumbprint { get; }

    /// <summary>A new key.</summary>
    public static AccountKey Generate() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a PEM private key.</summary>
    /// <exception cref="FormatException">It is none, or of another kind.</exception>
    public static AccountKey FromPem(string pem)
    {
        const string Expected = "a PEM private key of an EC P-256 key was expected";
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key.ExportParameters(includePrivateParameters: true).Curve.Oid.FriendlyName is "nistP256" or "ECDSA_P256"
                ? new AccountKey(key)
                : throw new FormatException(Expected);
        }
        catch (Exception e)
        {
            key.Dispose();
            if (e is ArgumentException or CryptographicException) throw new FormatException(Expected, e);
            throw;
        }
    }

    /// <summary>The private key as PEM.</summary>
    public string ToPem() => _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    internal byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (_key) return _key.SignData(data, HashAlgorithmName.SHA256);
    }
}
