using System.Net;
using System.Text;
using Relay.Acme.Challenges;
using Relay.Acme.Signing;
using Relay.Testing;

namespace Relay.Acme.Tests.Http;

/// <summary>Authorities that are down, slow, wrong or hostile.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly PauseClock _time = new();
    private readonly AccountKey _key = AccountKey.Generate();
    private readonly FakeAuthority _authority;
    private readonly HttpClient _http;

    public FailureTests()
    {
        _authority = new FakeAuthority(_time);
        _http = new HttpClient(_authority);
    }

    [Fact]
    public async Task Authority_ThatIsDown_IsAskedThreeTimes_ThenNamedWithTheCause()
    {
        _authority.Misbehave = (_, _) => throw new HttpRequestException("Connection refused");
        var failure = await FailsAsync();
        Assert.Equal("ca.test cannot be asked: Connection refused", failure.Message);
        Assert.Equal(3, _authority.Asked.Count);
    }

    [Fact]
    public async Task Authority_ThatNeverAnswers_IsGivenUp_AfterThreeTimes20Seconds()
    {
        var began = _time.GetUtcNow();
        _authority.Misbehave = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellation);
            return null;
        };
        var failing = FailsAsync();
        for (var asked = 1; asked <= 3; asked++)
        {
            await Eventually.True(() => _authority.Asked.Count == asked, "the question");
            _time.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.Equal("ca.test did not answer within 20 s", (await failing).Message);
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task Authority_WithErrorsOfItsOwn_IsAskedAgain()
    {
        var errors = 2;
        _authority.Misbehave = (request, _) => Task.FromResult(
            request.Method == HttpMethod.Post && errors-- > 0 ? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) : null);
        await IssueAsync();
        Assert.Equal(1, _authority.Issued);
    }

    [Fact]
    public async Task Authority_ThatRejectsEveryNonce_IsGivenUp()
    {
        _authority.NoncesToReject = int.MaxValue;
        Assert.Equal("ca.test says: that one is not good (badNonce)", (await FailsAsync()).Message);
        Assert.InRange(_authority.Asked.Count, 11, 14);
    }

    [Fact]
    public async Task RateLimit_IsNotAskedAgain_AndSaysForHowLong()
    {
        _authority.Misbehave = (request, _) => Task.FromResult(request.RequestUri!.AbsolutePath == "/order" ? Limited() : null);
        var failure = await FailsAsync();
        Assert.Equal("ca.test says: too many certificates (rateLimited)", failure.Message);
        Assert.Equal(TimeSpan.FromHours(3), failure.RetryAfter);
        Assert.Equal(1, _authority.Asked.Count(path => path == "/order"));

        static HttpResponseMessage Limited()
        {
            var response = FakeAuthority.Problem(HttpStatusCode.TooManyRequests, "rateLimited", "too many certificates");
            response.Headers.Add("Retry-After", "10800");
            return response;
        }
    }

    [Fact]
    public async Task Complaint_WithLinesAndControls_IsOneBoundedLine()
    {
        _authority.Misbehave = (request, _) => Task.FromResult(request.RequestUri!.AbsolutePath == "/order"
            ? FakeAuthority.Problem(HttpStatusCode.Forbidden, "caa", "no\r\n\e[31mFAKE LINE" + new string('x', 5000))
            : null);
        var message = (await FailsAsync()).Message;
        Assert.DoesNotContain(message, char.IsControl);
        Assert.InRange(message.Length, 100, 330);
    }

    [Fact]
    public async Task Answer_WithoutEnd_IsRefused()
    {
        _authority.Misbehave = (_, _) => Task.FromResult<HttpResponseMessage?>(new(HttpStatusCode.OK) { Content = new StreamContent(new Endless()) });
        Assert.StartsWith("ca.test cannot be asked: ", (await FailsAsync()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"newNonce\": 7}")]
    [InlineData("{}")]
    [InlineData("{\"newNonce\": \"/relative\"}")]
    [InlineData("{\"newNonce\": \"http://ca.test/nonce\"}")]
    public async Task Directory_ThatIsNone_IsRefused(string text)
    {
        _authority.Misbehave = (_, _) => Task.FromResult<HttpResponseMessage?>(new(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, "application/json") });
        Assert.StartsWith("ca.test ", (await FailsAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authorization_WithAHoleInIt_OffersNothing()
    {
        _authority.Misbehave = (request, _) => Task.FromResult<HttpResponseMessage?>(
            request.RequestUri!.AbsolutePath == "/authorization" ? new(HttpStatusCode.OK) { Content = new StringContent("""{"status":"pending","challenges":[null]}""") } : null);
        Assert.Equal("ca.test offers no http-01 challenge for relay.example.com", (await FailsAsync()).Message);
    }

    [Theory]
    [InlineData("no certificate at all")]
    [InlineData(SomebodysCertificate)]
    public async Task Certificate_ThatIsNotForOurKey_IsRefused(string pem)
    {
        _authority.Misbehave = (request, _) => Task.FromResult<HttpResponseMessage?>(
            request.RequestUri!.AbsolutePath == "/certificate" ? new(HttpStatusCode.OK) { Content = new StringContent(pem) } : null);
        Assert.Contains("no certificate for the key", (await FailsAsync()).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _http.Dispose();
        _key.Dispose();
    }

    private async Task<AcmeException> FailsAsync() => await Assert.ThrowsAsync<AcmeException>(IssueAsync);

    private async Task IssueAsync()
    {
        var issuing = Task.Run(async () =>
        {
            var options = new AcmeClientOptions { Directory = FakeAuthority.Directory, Key = _key, TimeProvider = _time };
            var client = await AcmeClient.OpenAsync(_http, options);
            await client.IssueAsync("relay.example.com", new ListSolver(ChallengeKind.Http01));
        });
        await _time.UntilAsync(() => issuing.IsCompleted, "an end");
        await issuing;
    }

    private const string SomebodysCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBejCCASGgAwIBAgIUbfFKPo2ujKRSXLkUUv2I94n2M9AwCgYIKoZIzj0EAwIw
        EzERMA8GA1UEAwwIc29tZWJvZHkwHhcNMjYxMTI1MTUyMTU0WhcNMzYxMTIyMTUy
        MTU0WjATMREwDwYDVQQDDAhzb21lYm9keTBZMBMGByqGSM49AgEGCCqGSM49AwEH
        A0IABJZtbA3IVgcxx4n2tuAhgs1M2s9mMwveHKz7CV48YYdrjKq5ZKXo8qTP1svG
        RoMT4lIrQQC8G5+6cjp5ywi/u7GjUzBRMB0GA1UdDgQWBBRMMHxpX2bT/fxKiUIN
        sxK/Y5j1vzAfBgNVHSMEGDAWgBRMMHxpX2bT/fxKiUINsxK/Y5j1vzAPBgNVHRMB
        Af8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIBlQWcKO97cLHPl2ufWDBWUNMcvg
        hgAuZYd5RR6X1qMdAiB+AxnXF3OkdgjY5Zi9Svyk3KFUnEskBu3qc5cbvEEVAA==
        -----END CERTIFICATE-----
        """;

    private sealed class Endless : MemoryStream
    {
        public override int Read(Span<byte> buffer) => buffer.Length;

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(buffer.Length);

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => CopyForeverAsync(destination, cancellationToken);

        private static async Task CopyForeverAsync(Stream destination, CancellationToken cancellation)
        {
            while (true) await destination.WriteAsync(new byte[4096], cancellation);
        }
    }
}
