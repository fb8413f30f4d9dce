using Relay.Agent.Maps;
using Relay.Protocol.Map;

namespace Relay.Agent.Netcheck;

/// <summary>How fast a relay answers over HTTPS: what is left to measure where UDP is blocked.</summary>
internal static class HttpsLatency
{
    private const string Path = "/derp/latency-check";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The time of one request on a connection that stands already; null when there is no good answer.</summary>
    internal static async Task<TimeSpan?> MeasureAsync(DerpNode node, bool plainHttp, TimeProvider time, CancellationToken stop)
    {
        using var http = new NodeHttp(node, plainHttp, throughProxy: true, time);
        try
        {
            // The first one pays for DNS, TCP and TLS.
            using (var first = await http.GetAsync(Path, null, Limit, stop))
            {
                if (!first.IsSuccessStatusCode) return null;
            }

            var sent = time.GetTimestamp();
            using var second = await http.GetAsync(Path, null, Limit, stop);
            return second.IsSuccessStatusCode ? time.GetElapsedTime(sent) : null;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
    }
}
