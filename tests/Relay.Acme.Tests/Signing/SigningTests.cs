using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Relay.Acme.Renewal;
using Relay.Acme.Signing;

namespace Relay.Acme.Tests.Signing;

public sealed class SigningTests
{
    // The key and its thumbprint are those of RFC 9449, figures 2 and 9.
    [Fact]
    public void Thumbprint_IsThePublishedOne() => Assert.Equal(
        "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
        new Jwk("l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA").Thumbprint());

    // The example of RFC 9773 4.1.
    [Fact]
    public void CertificateId_IsThePublishedOne()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(
            Convert.FromHexString("69885B6B87464041E1B37B847BA0AE2CDE01C8D4")));
        var from = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var certificate = request.Create(
            new X500DistinguishedName("CN=ca"), X509SignatureGenerator.CreateForECDsa(key), from, from.AddDays(1), Convert.FromHexString("0087654321"));

        Assert.Equal("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE", CertificateId.Of(certificate));
    }

    [Fact]
    public void CertificateId_OfOneThatDoesNotNameItsIssuersKey_IsNone()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var from = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var certificate = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSelfSigned(from, from.AddDays(1));
        Assert.Null(CertificateId.Of(certificate));
    }

    [Fact]
    public void AccountKey_ThroughPem_StaysTheSame()
    {
        using var key = AccountKey.Generate();
        using var again = AccountKey.FromPem(key.ToPem());
        Assert.Equal(key.Thumbprint, again.Thumbprint);
    }

    [Fact]
    public void AccountKey_OfAnotherKind_IsRefused()
    {
        using var rsa = RSA.Create(2048);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        foreach (var pem in new[] { rsa.ExportPkcs8PrivateKeyPem(), other.ExportPkcs8PrivateKeyPem(), "nonsense" })
            Assert.Throws<FormatException>(() => AccountKey.FromPem(pem));
    }

    [Theory]
    [InlineData("zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W")]
    [InlineData("  AAEC-_8\n")]
    [InlineData("AAEC+/8=")]
    public void ExternalAccount_InEitherAlphabet_SignsTheKeyForTheAddress(string hmac)
    {
        using var key = AccountKey.Generate();
        var url = new Uri("https://ca.test/account");

        var jws = ExternalAccount.Parse("kid-1", hmac).Bind(key, url);

        var secret = Convert.FromBase64String(hmac.Trim().Replace('-', '+').Replace('_', '/').TrimEnd('=') switch
        {
            { Length: var length } text when length % 4 == 3 => text + "=",
            { Length: var length } text when length % 4 == 2 => text + "==",
            var text => text,
        });
        var mac = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes($"{jws.Protected}.{jws.Payload}"));
        Assert.Equal(Base64Url.EncodeToString(mac), jws.Signature);
        var header = JsonNode.Parse(Base64Url.DecodeFromChars(jws.Protected))!;
        Assert.Equal("""{"alg":"HS256","url":"https://ca.test/account","kid":"kid-1"}""", header.ToJsonString());
        Assert.Equal(key.Jwk.X, (string?)JsonNode.Parse(Base64Url.DecodeFromChars(jws.Payload))!["x"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    public void ExternalAccount_WhoseSecretIsNone_IsRefused(string hmac) =>
        Assert.Throws<FormatException>(() => ExternalAccount.Parse("kid-1", hmac));
}
