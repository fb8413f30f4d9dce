using System.Net.Sockets;
using System.Text;
using Relay.Client.Connections;
using Relay.Client.Dialing;
using Relay.Client.Tls;
using Relay.Client.Upgrade;
using Relay.Protocol.Map;

namespace Relay.Client.Measuring;

/// <summary>
/// How fast a region answers over HTTPS: what is left to measure where UDP is blocked. The time of one request on a connection
/// that is made as one to the relay is, proxy and pin included (spec/path-selection.md 4.5).
/// </summary>
internal static class HttpsLatency
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The time from the request to the answer, of the first node that takes a connection; null when there is no good answer.</summary>
    internal static async Task<TimeSpan?> MeasureAsync(DerpRegion region, bool plainHttp, RelayClientOptions options, CancellationToken stop)
    {
        using var limit = new Deadline(Limit, options.TimeProvider, stop);
        try
        {
            var clock = new PhaseClock(options.TimeProvider);
            var line = await Dialer.DialAsync(RelayEndpoint.FromRegion(region, plainHttp), options, clock, limit.Token).ConfigureAwait(false);
            var stream = line.Stream;
            try
            {
                if (line.Target.UseTls) (stream, _) = await TlsClient.SecureAsync(stream, line.Target, options, limit.Token).ConfigureAwait(false);
                return await AskAsync(stream, line.Target, options.TimeProvider, limit.Token).ConfigureAwait(false);
            }
            finally
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is RelayException or IOException or SocketException or FormatException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
    }

    private static async Task<TimeSpan?> AskAsync(Stream stream, RelayTarget target, TimeProvider time, CancellationToken stop)
    {
        var request = $"GET /derp/latency-check HTTP/1.1\r\nHost: {target.HostHeader}\r\nConnection: close\r\n\r\n";
        var sent = time.GetTimestamp();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), stop).ConfigureAwait(false);
        var answer = await ResponseHead.ReadAsync(new FrameInput(stream), RelayError.HttpStatus, target.Name, stop).ConfigureAwait(false);
        return answer.Status is >= 200 and < 300 ? time.GetElapsedTime(sent) : null;
    }
}
