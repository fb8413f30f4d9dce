using System.Net;
using System.Security.Cryptography.X509Certificates;
using Relay.Acme.Challenges;
using Relay.Acme.Signing;
using Relay.Testing;

namespace Relay.Acme.Tests;

public sealed class IssueTests : IDisposable
{
    private const string Host = "relay.example.com";

    private readonly PauseClock _time = new(new DateTimeOffset(2026, 8, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly AccountKey _key = AccountKey.Generate();
    private readonly ListSolver _solver = new(ChallengeKind.TlsAlpn01, ChallengeKind.Http01);
    private readonly FakeAuthority _authority;
    private readonly HttpClient _http;

    public IssueTests()
    {
        _authority = new FakeAuthority(_time);
        _http = new HttpClient(_authority);
    }

    [Fact]
    public async Task Issue_GivesACertificateForTheHost_WithItsKey()
    {
        var issued = await IssueAsync();

        using var pair = X509Certificate2.CreateFromPem(issued.ChainPem, issued.KeyPem);
        Assert.True(pair.MatchesHostname(Host));
        var answer = Assert.Single(_solver.Presented);
        Assert.Equal((ChallengeKind.TlsAlpn01, Host, "token-of-tls-alpn-01"), (answer.Kind, answer.Host, answer.Token));
        Assert.Equal($"token-of-tls-alpn-01.{_key.Thumbprint}", answer.KeyAuthorization);
        Assert.Equal(0, _solver.Open);
    }

    [Fact]
    public async Task Issue_ForAnAddress_AsksForAnAddress_AndForItsProfile()
    {
        _authority.Meta["profiles"] = new System.Text.Json.Nodes.JsonObject { ["classic"] = "x", ["shortlived"] = "y" };
        var issued = await IssueAsync(host: "192.0.2.7");

        using var leaf = X509Certificate2.CreateFromPem(issued.ChainPem);
        Assert.True(leaf.MatchesHostname("192.0.2.7"));
        var order = Assert.Single(_authority.Orders);
        Assert.Equal("""[{"type":"ip","value":"192.0.2.7"}]""", order["identifiers"]!.ToJsonString());
        Assert.Equal("shortlived", (string?)order["profile"]);
    }

    [Fact]
    public async Task Issue_WithNoncesThatAreRejected_GoesOnWithTheOnesOffered()
    {
        _authority.NoncesToReject = 5;
        await IssueAsync();
        Assert.Equal(0, _authority.NoncesToReject);
    }

    [Fact]
    public async Task Issue_WhoseFirstChallengeFails_TriesTheNext()
    {
        _authority.Finds = type => type == "http-01";
        await IssueAsync();
        Assert.Equal([ChallengeKind.TlsAlpn01, ChallengeKind.Http01], _solver.Presented.Select(p => p.Kind));
        Assert.Equal(2, _authority.Orders.Count);
    }

    [Fact]
    public async Task Issue_WhoseChallengesAllFail_SaysSo()
    {
        _authority.Finds = _ => false;
        var failure = await Assert.ThrowsAsync<AcmeException>(() => IssueAsync());
        Assert.Equal("ca.test did not find relay.example.com by http-01: the authorization is invalid", failure.Message);
        Assert.Equal(0, _solver.Open);
    }

    [Fact]
    public async Task Account_OfAKnownKey_IsFoundRatherThanMade()
    {
        await IssueAsync();
        await IssueAsync(known: true);
        Assert.Equal(2, _authority.Asked.Count(path => path == "/account"));

        // The message that made it is still that of the first time.
        Assert.True((bool?)_authority.Account!["message"]!["termsOfServiceAgreed"]);
    }

    [Fact]
    public async Task Account_ThatTheAuthorityHasForgotten_IsMadeAnew()
    {
        await IssueAsync(known: true);
        Assert.Equal(2, _authority.Asked.Count(path => path == "/account"));
        Assert.Equal("mailto:ops@example.com", (string?)_authority.Account!["message"]!["contact"]![0]);
    }

    [Fact]
    public async Task Account_ThatMustBeBound_IsNotAskedForWithoutABinding()
    {
        _authority.Meta["externalAccountRequired"] = true;
        var failure = await Assert.ThrowsAsync<AcmeException>(() => IssueAsync());
        Assert.Contains("external account binding", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("/account", _authority.Asked);
    }

    [Fact]
    public async Task Order_ThatReplaces_NamesTheOldCertificate_AndDoesWithoutIfThatIsRefused()
    {
        _authority.Window = (_time.GetUtcNow(), _time.GetUtcNow().AddDays(1));
        using var old = X509Certificate2.CreateFromPem((await IssueAsync()).ChainPem);
        _authority.Misbehave = (request, _) => Task.FromResult(
            request.RequestUri!.AbsolutePath == "/order" && _authority.Orders.Count == 1 && _authority.Asked.Count(p => p == "/order") == 2
                ? FakeAuthority.Problem(HttpStatusCode.Conflict, "alreadyReplaced", "too late")
                : null);

        await IssueAsync(known: true, replaced: old);

        Assert.Equal(3, _authority.Asked.Count(path => path == "/order"));
        Assert.Null(_authority.Orders.Last()["replaces"]);
    }

    [Fact]
    public async Task RenewalInfo_IsTheWindowOfTheCertificate()
    {
        var window = (_time.GetUtcNow().AddDays(60), _time.GetUtcNow().AddDays(62));
        _authority.Window = window;
        using var leaf = X509Certificate2.CreateFromPem((await IssueAsync()).ChainPem);
        var info = await (await OpenAsync(known: true)).GetRenewalInfoAsync(leaf);
        Assert.Equal(window, (info!.Start, info.End));

        _authority.Window = null;
        Assert.Null(await (await OpenAsync(known: true)).GetRenewalInfoAsync(leaf));
    }

    [Fact]
    public async Task RenewalInfo_AtAnAddressThatIsNone_IsTheAuthoritysFailure()
    {
        using var leaf = X509Certificate2.CreateFromPem((await IssueAsync()).ChainPem);
        _authority.Misbehave = (request, _) => Task.FromResult<HttpResponseMessage?>(request.RequestUri!.AbsolutePath == "/dir"
            ? new(HttpStatusCode.OK) { Content = new StringContent("""{"newNonce":"https://ca.test/nonce","renewalInfo":"over there"}""") }
            : null);
        var client = await OpenAsync(known: true);
        await Assert.ThrowsAsync<AcmeException>(() => client.GetRenewalInfoAsync(leaf));
    }

    public void Dispose()
    {
        _http.Dispose();
        _key.Dispose();
    }

    private async Task<IssuedCertificate> IssueAsync(string host = Host, bool known = false, X509Certificate2? replaced = null)
    {
        var client = await OpenAsync(known);
        var issuing = client.IssueAsync(host, _solver, replaced);
        await _time.UntilAsync(() => issuing.IsCompleted, "the certificate");
        return await issuing;
    }

    private Task<AcmeClient> OpenAsync(bool known) => AcmeClient.OpenAsync(_http, new AcmeClientOptions
    {
        Directory = FakeAuthority.Directory,
        Key = _key,
        IsKnown = known,
        Email = "ops@example.com",
        TimeProvider = _time,
    });
}
