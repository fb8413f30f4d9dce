using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Relay.Mesh.Redis;

/// <summary>
/// Which certificates of Redis are believed: those of the system's authorities, or of the ones in a file. By the framework's own
/// checks and words: the library's tell nobody what was wrong with a certificate.
/// </summary>
internal sealed class RedisTls
{
    private readonly X509Certificate2Collection? _roots;

    /// <exception cref="FormatException">There are no authorities in the file.</exception>
    public RedisTls(string? file)
    {
        if (file is null) return;
        _roots = [];
        try
        {
            _roots.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
        {
            throw new FormatException($"expected an authority's certificate in PEM after ca=, but {file} cannot be read ({e.Message})", e);
        }

        if (_roots.Count == 0) throw new FormatException($"expected an authority's certificate in PEM after ca=, but {file} has none");
    }

    public SslClientAuthenticationOptions OptionsFor(string host)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = host };
        if (_roots is null) return options;
        options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        options.CertificateChainPolicy.CustomTrustStore.AddRange(_roots);
        return options;
    }
}
