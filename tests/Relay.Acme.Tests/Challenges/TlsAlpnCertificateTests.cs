using System.Security.Cryptography;
using Relay.Acme.Challenges;

namespace Relay.Acme.Tests.Challenges;

public sealed class TlsAlpnCertificateTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("relay.example.com")]
    [InlineData("192.0.2.7")]
    [InlineData("2001:db8::1")]
    public void Certificate_HoldsTheHashOfTheAnswer_InACriticalExtension(string host)
    {
        using var certificate = TlsAlpnCertificate.Make(new ChallengeAnswer(ChallengeKind.TlsAlpn01, host, "token", "token.thumbprint"), Now);

        Assert.True(certificate.HasPrivateKey);
        Assert.True(certificate.MatchesHostname(host));
        var extension = Assert.Single(certificate.Extensions, e => e.Oid!.Value == "1.3.6.1.5.5.7.1.31");
        Assert.True(extension.Critical);
        Assert.Equal([4, 32, .. SHA256.HashData("token.thumbprint"u8)], extension.RawData);
    }

    [Theory]
    [InlineData("relay.example.com", "relay.example.com")]
    [InlineData("192.0.2.7", "7.2.0.192.in-addr.arpa")]
    [InlineData("2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")]
    public void ServerName_OfAnAddress_IsItsReverseName(string host, string name) => Assert.Equal(name, TlsAlpnCertificate.ServerName(host));
}
