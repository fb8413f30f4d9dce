using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Relay.Host.Certificates;
using Relay.Host.Failures;
using Relay.Host.Tests.Support;

namespace Relay.Host.Tests.Certificates;

public sealed class SelfSignedTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData("relay.example.com")]
    [InlineData("192.0.2.7")]
    [InlineData("2001:db8::7")]
    public void Make_GivesAServerCertificateForTheHost_TenYearsLong(string host)
    {
        var leaf = Load(host, Made.RelayKey(), out _).Leaf;

        Assert.True(leaf.MatchesHostname(host, allowCommonName: false));
        var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(IPAddress.TryParse(host, out var address) ? [address] : [], names.EnumerateIPAddresses());
        Assert.Equal(address is null ? [host] : [], names.EnumerateDnsNames());
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, leaf.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal("1.3.6.1.5.5.7.3.1", leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages[0].Value);
        Assert.False(leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.InRange(leaf.NotAfter.ToUniversalTime(), Now.AddYears(10).UtcDateTime.AddSeconds(-2), Now.AddYears(10).UtcDateTime);
        using var key = leaf.GetECDsaPrivateKey();
        Assert.Equal("1.2.840.10045.3.1.7", key!.ExportParameters(false).Curve.Oid.Value);
    }

    [Fact]
    public void Make_IssuesTheLeafByTheMetaCertificate_WhichSomethingElseIssued()
    {
        var relayKey = Made.RelayKey();
        var loaded = Load("relay.example.com", relayKey, out var chain);

        var meta = chain[1];
        Assert.Equal(2, chain.Count);
        Assert.Equal("CN=derpkey" + relayKey.ToHex(), meta.Subject);
        Assert.Equal("02", meta.SerialNumber);
        Assert.Equal(meta.Subject, loaded.Leaf.Issuer);
        Assert.NotEqual(meta.Subject, meta.Issuer);
        Assert.DoesNotContain(meta.Extensions, e => e is X509SubjectKeyIdentifierExtension or X509AuthorityKeyIdentifierExtension);
        Assert.True(meta.NotAfter > Now.AddYears(9));
        Assert.True(VerifiesUnder(loaded.Leaf, meta));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Handshake_SendsLeafThenMeta_AndNoRoot(SslProtocols protocol)
    {
        var loaded = Load("relay.example.com", Made.RelayKey(), out var chain);

        var sent = await Tls.ShakeAsync(loaded.Context, protocol);

        Assert.Equal(chain.Select(c => c.RawData), sent);
        Assert.Equal("sha256-raw:" + Convert.ToHexStringLower(SHA256.HashData(sent[0])), loaded.Pin);
    }

    [Fact]
    public async Task Store_ThenOpenWithAnotherRelayKey_KeepsThePin_AndSendsTheLeafAlone()
    {
        using var folder = new TempFolder();
        var files = Made.SelfSigned(folder.Root, "relay.example.com", Made.RelayKey());
        var pin = Load(files, out _).Pin;

        var loaded = new CertificateLoader("relay.example.com", Made.RelayKey(), "crt", "key").Load(files.Read(), Now);

        Assert.False(loaded.SendsMeta);
        Assert.Equal(pin, loaded.Pin);
        Assert.StartsWith("crt: was made for another relay key", Assert.Single(loaded.Warnings), StringComparison.Ordinal);
        Assert.Equal([loaded.Leaf.RawData], await Tls.ShakeAsync(loaded.Context, SslProtocols.Tls13));
    }

    [Fact]
    public void Open_StoresThePairOnce_WithoutAnyOtherKey()
    {
        using var folder = new TempFolder();
        var options = Bind.Options("--dev", "--tls", "self-signed", "--hostname", "2001:db8::7", "--cert-dir", folder["certs"]);
        var relayKey = Made.RelayKey();

        using var first = CertificateSources.Open(options, relayKey, TimeProvider.System, NullLogger.Instance);
        using var second = CertificateSources.Open(options, relayKey, TimeProvider.System, NullLogger.Instance);

        Assert.Equal(first!.Current!.Pin, second!.Current!.Pin);
        Assert.True(second.Current!.SendsMeta);
        Assert.Equal(
            [folder["certs/2001db87.crt"], folder["certs/2001db87.key"]],
            Directory.GetFileSystemEntries(folder["certs"]).Order(StringComparer.Ordinal));
        Assert.Equal("-----BEGIN PRIVATE KEY-----", File.ReadLines(folder["certs/2001db87.key"]).Single(l => l.Contains("BEGIN", StringComparison.Ordinal)));
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner | UnixFileMode.UserExecute, Unix.Mode(folder["certs"]));
        Assert.Equal(Owner, Unix.Mode(folder["certs/2001db87.key"]));
        Assert.Equal(Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead, Unix.Mode(folder["certs/2001db87.crt"]));
    }

    /// <summary>As a crash between the two leaves it.</summary>
    [Fact]
    public void Open_WithAKeyAlone_MakesItsCertificate()
    {
        using var folder = new TempFolder();
        var options = Bind.Options("--dev", "--tls", "self-signed", "--hostname", "relay.example.com", "--cert-dir", folder.Root);
        var relayKey = Made.RelayKey();
        using (CertificateSources.Open(options, relayKey, TimeProvider.System, NullLogger.Instance)) File.Delete(folder["relay.example.com.crt"]);
        var key = File.ReadAllText(folder["relay.example.com.key"]);

        Assert.Null(CertificateSources.Check(options, relayKey, Now, []));
        using var source = CertificateSources.Open(options, relayKey, TimeProvider.System, NullLogger.Instance);

        Assert.True(source!.Current!.SendsMeta);
        Assert.Equal(key, File.ReadAllText(folder["relay.example.com.key"]));
    }

    /// <summary>Nothing of the operator's is overwritten.</summary>
    [Fact]
    public void Open_WithSomeOtherFileForAKey_SaysWhatIsMissing_AndLeavesIt()
    {
        using var folder = new TempFolder();
        using var rsa = RSA.Create(2048);
        var path = folder.Write("relay.example.com.key", rsa.ExportPkcs8PrivateKeyPem());
        var options = Bind.Options("--dev", "--tls", "self-signed", "--hostname", "relay.example.com", "--cert-dir", folder.Root);
        var line = $"--cert-dir {folder["relay.example.com.crt"]}: no such file, but relay.example.com.key is there; expected both, or neither";

        Assert.Equal(line, Assert.Throws<StartupException>(() => CertificateSources.Open(options, Made.RelayKey(), TimeProvider.System, NullLogger.Instance)).Message);
        Assert.Equal(line, Assert.Throws<StartupException>(() => CertificateSources.Check(options, Made.RelayKey(), Now, [])).Message);
        Assert.Equal(rsa.ExportPkcs8PrivateKeyPem(), File.ReadAllText(path));
    }

    [Fact]
    public void Open_WithDev_KeepsItInMemory()
    {
        var options = Bind.Options("--dev", "--tls", "self-signed");

        using var source = CertificateSources.Open(options, Made.RelayKey(), TimeProvider.System, NullLogger.Instance);

        Assert.True(source!.Current!.SendsMeta);
        Assert.True(source.Reload());
    }

    private static LoadedCertificate Load(string host, Relay.Protocol.Keys.NodeKey relayKey, out X509Certificate2Collection chain)
    {
        var pem = SelfSigned.Make(host, relayKey, Now);
        chain = [];
        chain.ImportFromPem(pem.CertificateText);
        var loaded = new CertificateLoader(host, relayKey, "crt", "key").Load(pem, Now);
        Assert.True(loaded.SendsMeta);
        Assert.Empty(loaded.Warnings);
        return loaded;
    }

    private static LoadedCertificate Load(CertificateFiles files, out CertificatePem pem)
    {
        pem = files.Read();
        return new CertificateLoader("relay.example.com", default, "crt", "key").Load(pem, Now);
    }

    /// <summary>Whether the issuer's key made the signature, by the parts of the certificate (RFC 5280, 4.1).</summary>
    private static bool VerifiesUnder(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ExtraStore.Add(issuer);
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        return chain.Build(certificate) && chain.ChainElements.Count == 2;
    }
}
