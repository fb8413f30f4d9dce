using System.Net.Security;
using Relay.Server.Acme;
using Relay.Server.Tests.Http;

namespace Relay.Server.Tests.Acme;

/// <summary>One challenge of each kind, open or not.</summary>
internal sealed class OneChallenge : IAcmeChallenges
{
    public const string Name = "relay.example.com";

    private readonly SslStreamCertificateContext _answer = TestCertificates.Context(TestCertificates.Two);

    public bool AnyForTls { get; set; } = true;

    public SslStreamCertificateContext? ForTls(string serverName) => serverName == Name ? _answer : null;

    public string? ForHttp(string token) => token == "the-token" ? "the-token.thumbprint" : null;
}
