using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using Relay.Acme.Messages;
using Relay.Acme.Signing;

namespace Relay.Acme.Http;

/// <summary>
/// Carries messages to the authority: signs each with a fresh nonce, turns its complaints into exceptions, and tries again
/// where that helps: at once with the nonce it offers when it did not like ours, after a pause when it did not answer.
/// </summary>
internal sealed class AcmeTransport
{
    /// <summary>A chain of certificates has some 10 KB.</summary>
    public const int MaxBody = 256 * 1024;

    private static readonly MediaTypeHeaderValue JoseJson = new("application/jose+json");

    private readonly HttpClient _http;
    private readonly AccountKey _key;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _patient;
    private string? _nonce;

    /// <param name="http">How to reach it. Should follow no redirects.</param>
    /// <param name="key">The account's key.</param>
    /// <param name="options">Clock and time-out.</param>
    public AcmeTransport(HttpClient http, AccountKey key, AcmeClientOptions options)
    {
        (_http, _key, _time) = (http, key, options.TimeProvider);
        _patient = new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<AcmeException>(e => e.IsTransient).Handle<TimeoutRejectedException>(),
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromSeconds(2),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .AddTimeout(options.RequestTimeout)
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<AcmeException>(e => e.Kind == "badNonce"),
                MaxRetryAttempts = 10,
                Delay = TimeSpan.Zero,
            })
            .Build();
    }

    /// <summary>Where the account is; null before it is known.</summary>
    public Uri? Account { get; set; }

    /// <summary>Where nonces come from.</summary>
    public Uri? NewNonce { get; set; }

    /// <summary>Reads a resource that is open to all.</summary>
    /// <exception cref="AcmeException">There was no good answer.</exception>
    public Task<AcmeResponse> GetAsync(Uri url, CancellationToken cancellation) =>
        PatientlyAsync(url, token => SendAsync(url, () => new HttpRequestMessage(HttpMethod.Get, url), token), cancellation);

    /// <summary>Reads a resource of the account.</summary>
    /// <exception cref="AcmeException">There was no good answer.</exception>
    public Task<AcmeResponse> ReadAsync(Uri url, CancellationToken cancellation) => PostAsync(url, [], cancellation);

    /// <summary>Sends a message in the account's name.</summary>
    /// <exception cref="AcmeException">There was no good answer.</exception>
    public Task<AcmeResponse> PostAsync<T>(Uri url, T message, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        PostAsync(url, JsonSerializer.SerializeToUtf8Bytes(message, type), cancellation);

    private Task<AcmeResponse> PostAsync(Uri url, byte[] payload, CancellationToken cancellation) =>
        PatientlyAsync(url, token => PostOnceAsync(url, payload, token), cancellation);

    private async Task<AcmeResponse> PatientlyAsync(Uri url, Func<CancellationToken, Task<AcmeResponse>> ask, CancellationToken cancellation)
    {
        try
        {
            return await _patient.ExecuteAsync(static async (ask, token) => await ask(token).ConfigureAwait(false), ask, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException e)
        {
            throw new AcmeException($"{url.Authority} did not answer within {e.Timeout.TotalSeconds:0.#} s", e) { IsTransient = true };
        }
    }

    private async Task<AcmeResponse> PostOnceAsync(Uri url, byte[] payload, CancellationToken cancellation)
    {
        var nonce = Interlocked.Exchange(ref _nonce, null) ?? await NewNonceAsync(cancellation).ConfigureAwait(false);
        var body = JsonSerializer.SerializeToUtf8Bytes(Jws.Request(_key, url, nonce, Account, payload), AcmeJson.Default.Jws);
        return await SendAsync(
            url,
            () => new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) { Headers = { ContentType = JoseJson } } },
            cancellation).ConfigureAwait(false);
    }

    private async Task<string> NewNonceAsync(CancellationToken cancellation)
    {
        var url = NewNonce ?? throw new InvalidOperationException("the directory was not read yet");
        await SendAsync(url, () => new HttpRequestMessage(HttpMethod.Head, url), cancellation).ConfigureAwait(false);
        return Interlocked.Exchange(ref _nonce, null) ?? throw new AcmeException($"{url.Authority} gave no nonce");
    }

    private async Task<AcmeResponse> SendAsync(Uri url, Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        try
        {
            using var request = make();
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if (response.Headers.TryGetValues("Replay-Nonce", out var nonces)) _nonce = nonces.First();
            await response.Content.LoadIntoBufferAsync(MaxBody, cancellation).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            var retryAfter = RetryAfterHeader.Read(response.Headers, _time.GetUtcNow());
            if (!response.IsSuccessStatusCode) throw Complaint(url, response, body, retryAfter);
            return new AcmeResponse(body, response.Headers.Location is { } place ? new Uri(url, place) : null, retryAfter);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            var cause = e.InnerException is System.Security.Authentication.AuthenticationException ? e.InnerException.Message : e.Message;
            throw new AcmeException($"{url.Authority} cannot be asked: {cause}", e) { IsTransient = true };
        }
    }

    private static AcmeException Complaint(Uri url, HttpResponseMessage response, byte[] body, TimeSpan? retryAfter)
    {
        var problem = ReadProblem(response, body);
        var said = problem is null ? $"status {(int)response.StatusCode}" : problem.ToString();
        return new AcmeException($"{url.Authority} says: {said}")
        {
            Kind = problem?.Kind() ?? "",
            RetryAfter = retryAfter,
            IsTransient = (int)response.StatusCode >= 500,
        };
    }

    private static Problem? ReadProblem(HttpResponseMessage response, byte[] body)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json") return null;
        try
        {
            return JsonSerializer.Deserialize(body, AcmeJson.Default.Problem);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
