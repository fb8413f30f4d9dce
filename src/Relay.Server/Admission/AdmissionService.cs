using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Relay.Server.Admission;

/// <summary>Asks an admission service over HTTP: with retries, and not at all for a while when nobody answers.</summary>
internal sealed class AdmissionService : IDisposable
{
    private readonly AdmissionServiceOptions _options;
    private readonly HttpMessageInvoker _http;
    private readonly ResiliencePipeline<Reply> _pipeline;
    private readonly CircuitBreakerStateProvider _breaker = new();

    /// <param name="options">Where and how.</param>
    /// <param name="handler">Carries the requests; disposed of with this.</param>
    /// <param name="time">The clock of all waits.</param>
    public AdmissionService(AdmissionServiceOptions options, HttpMessageHandler handler, TimeProvider time)
    {
        _options = options;
        _http = new HttpMessageInvoker(handler, disposeHandler: true);
        _pipeline = new ResiliencePipelineBuilder<Reply> { TimeProvider = time }
            .AddTimeout(options.TotalTimeout)
            .AddRetry(new RetryStrategyOptions<Reply>
            {
                ShouldHandle = new PredicateBuilder<Reply>().Handle<HttpRequestException>().Handle<TimeoutRejectedException>().HandleResult(reply => (int)reply.Status >= 500),
                MaxRetryAttempts = options.Retries,
                Delay = options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<Reply>
            {
                ShouldHandle = new PredicateBuilder<Reply>().Handle<HttpRequestException>().Handle<TimeoutRejectedException>(),
                FailureRatio = 0.5,
                MinimumThroughput = 8,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = options.BreakTime,
                StateProvider = _breaker,
            })
            .AddTimeout(options.AttemptTimeout)
            .Build();
    }

    /// <summary>Nobody is asked just now, for nobody answered.</summary>
    public bool IsBroken => _breaker.CircuitState is CircuitState.Open or CircuitState.Isolated;

    /// <summary>Asks. An answer with <see cref="AdmissionResult.Admitted"/> or Denied, or why there is none.</summary>
    public async Task<(AdmissionResult Result, ServiceAnswer? Answer)> AskAsync(AdmissionQuestion question)
    {
        try
        {
            var reply = await _pipeline.ExecuteAsync(token => PostAsync(question, token)).ConfigureAwait(false);
            if (reply.Status != HttpStatusCode.OK || !ServiceAnswer.TryRead(reply.Body.Span, out var answer)) return (AdmissionResult.BadAnswer, null);
            return (answer.Allow ? AdmissionResult.Admitted : AdmissionResult.Denied, answer);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException or BrokenCircuitException or OperationCanceledException)
        {
            return (AdmissionResult.Unanswered, null);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async ValueTask<Reply> PostAsync(AdmissionQuestion question, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.Url) { Content = question.ToContent() };
        using var response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK) return new Reply(response.StatusCode, default);
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var body = new byte[ServiceAnswer.MaxBody];
            try
            {
                var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
                return new Reply(response.StatusCode, body.AsMemory(0, length));
            }
            catch (IOException)
            {
                // The head came, so somebody answered; what he meant to say is not known.
                return new Reply(response.StatusCode, default);
            }
        }
    }

    private readonly record struct Reply(HttpStatusCode Status, ReadOnlyMemory<byte> Body);
}
