using System.Net;
using Relay.Client;

namespace Relay.Agent.Maps;

/// <summary>
/// Asks a relay's plain HTTP port for <c>/generate_204</c> with a challenge. Whoever answers without knowing the rule is
/// something in between: a captive portal (spec/derp.md 17).
/// </summary>
internal static class Generate204
{
    internal enum Answer
    {
        /// <summary>Nobody answered in time.</summary>
        None,

        /// <summary>The relay did.</summary>
        Relay,

        /// <summary>Somebody else did.</summary>
        SomebodyElse,
    }

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    internal static async Task<Answer> AskAsync(IPEndPoint at, TimeProvider time, CancellationToken stop)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = 64 * 1024 };
        using var limit = new Deadline(Limit, time, stop);
        var challenge = $"ts_{at.Address}".Replace(':', '-');
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{at}/generate_204");
        request.Headers.Add("X-Tailscale-Challenge", challenge);
        try
        {
            using var response = await http.SendAsync(request, limit.Token);
            var right = response.StatusCode == HttpStatusCode.NoContent
                && response.Headers.TryGetValues("X-Tailscale-Response", out var answers)
                && answers.SequenceEqual([$"response {challenge}"]);
            return right ? Answer.Relay : Answer.SomebodyElse;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return Answer.None;
        }
    }
}
