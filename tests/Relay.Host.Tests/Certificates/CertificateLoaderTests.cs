using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Relay.Host.Certificates;
using Relay.Host.Failures;
using Relay.Host.Tests.Support;

namespace Relay.Host.Tests.Certificates;

public sealed class CertificateLoaderTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly CertificatePem Good = Authority.Issue("relay.example.com", Now.AddDays(-1), Now.AddDays(60));

    [Fact]
    public async Task Load_OfAChain_SendsLeafAndIntermediate()
    {
        var loaded = Load(Good);

        Assert.Equal(2, (await Tls.ShakeAsync(loaded.Context, SslProtocols.Tls13)).Count);
        Assert.Empty(loaded.Warnings);
        Assert.False(loaded.SendsMeta);
        Assert.InRange(loaded.NotAfter, Now.AddDays(60).AddSeconds(-2), Now.AddDays(60));
    }

    [Theory]
    [InlineData(-10, -1, "crt: EXPIRED on ")]
    [InlineData(-10, 3, "crt: expires on ")]
    [InlineData(1, 60, "crt: is valid only from ")]
    public void Load_OfACertificateOutOfItsTime_Warns(int from, int until, string warning) =>
        Assert.StartsWith(warning, Assert.Single(Load(Authority.Issue("relay.example.com", Now.AddDays(from), Now.AddDays(until))).Warnings), StringComparison.Ordinal);

    [Fact]
    public void Load_ForAnotherHost_IsRefused() => Refused(
        "crt: is not valid for relay.example.com, only for other.example.com; expected one for --hostname relay.example.com",
        Authority.Issue("other.example.com", Now, Now.AddDays(60)));

    [Fact]
    public void Load_OfACertificateWithoutReadableNames_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=relay.example.com", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x05, 0x00], critical: false)); // names that are NULL
        using var leaf = request.CreateSelfSigned(Now, Now.AddDays(60));

        var refused = Assert.Throws<StartupException>(() => Load(new CertificatePem(
            Encoding.ASCII.GetBytes(leaf.ExportCertificatePem()), Encoding.ASCII.GetBytes(key.ExportECPrivateKeyPem()))));

        Assert.Equal(ExitCode.Config, refused.Code);
        Assert.StartsWith("crt: cannot be understood (", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithTheKeyOfAnother_IsRefused() => Refused(
        "key: is not the key of its certificate; expected the pair that belongs together",
        Good with { Key = Authority.Issue("relay.example.com", Now, Now.AddDays(60)).Key });

    [Fact]
    public void Load_WithAKeyOfAnotherKind_IsRefused()
    {
        using var rsa = RSA.Create(2048);
        Refused(
            "key: holds no EC private key, though its certificate is for one; expected a PEM PRIVATE KEY block",
            Good with { Key = Encoding.ASCII.GetBytes(rsa.ExportRSAPrivateKeyPem()) });
    }

    [Fact]
    public void Load_WithAnEncryptedKey_IsRefused()
    {
        using var key = ECDsa.Create();
        var pem = key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1));
        Refused(
            "key: is encrypted; expected a key without a password, such as openssl pkey makes of it",
            Good with { Key = Encoding.ASCII.GetBytes(pem) });
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    public void Load_WithoutPem_IsRefused(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        Refused("crt: holds no CERTIFICATE block; expected a PEM chain, leaf first", Good with { Certificates = bytes });
        Refused("key: holds no EC private key, though its certificate is for one; expected a PEM PRIVATE KEY block", Good with { Key = bytes });
    }

    [Fact]
    public void Load_OfBrokenPem_IsRefusedInOneLine()
    {
        var failure = Assert.Throws<StartupException>(() => Load(Good with
        {
            Certificates = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"u8.ToArray(),
        }));

        Assert.StartsWith("crt: not a valid certificate (", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Theory]
    [InlineData("crt")]
    [InlineData("key")]
    public void Read_OfHalfAPair_SaysWhichIsMissing(string present)
    {
        using var folder = new TempFolder();
        folder.Write($"relay.example.com.{present}", "x");
        var missing = present == "crt" ? "key" : "crt";

        var failure = Assert.Throws<StartupException>(() => new CertificateFiles(folder.Root, "relay.example.com").Read());

        Assert.Equal(
            $"--cert-dir {folder[$"relay.example.com.{missing}"]}: no such file, but relay.example.com.{present} is there; expected both, or neither",
            failure.Message);
    }

    private static LoadedCertificate Load(CertificatePem pem) => new CertificateLoader("relay.example.com", default, "crt", "key").Load(pem, Now);

    private static void Refused(string line, CertificatePem pem)
    {
        var failure = Assert.Throws<StartupException>(() => Load(pem));
        Assert.Equal((line, ExitCode.Config), (failure.Message, failure.Code));
    }
}
