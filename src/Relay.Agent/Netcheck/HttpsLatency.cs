using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Relay.Protocol.Map;

namespace Relay.Agent.Netcheck;

/// <summary>How fast a relay answers over HTTPS: what is left to measure where UDP is blocked.</summary>
internal static class HttpsLatency
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>The time of one request on a connection that stands already; null when there is no good answer.</summary>
    internal static async Task<TimeSpan?> MeasureAsync(DerpNode node, bool plainHttp, TimeProvider time, CancellationToken stop)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectTimeout = Timeout,
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, errors) => Accepts(node, certificate, errors) },
        };
        using var http = new HttpClient(handler) { Timeout = Timeout, MaxResponseContentBufferSize = 64 * 1024 };
        var host = node.HostName.Contains(':', StringComparison.Ordinal) ? $"[{node.HostName}]" : node.HostName;
        var url = new Uri($"{(plainHttp ? "http" : "https")}://{host}:{node.EffectiveDerpPort}/derp/latency-check");
        try
        {
            // The first one pays for DNS, TCP and TLS.
            using (var first = await http.GetAsync(url, stop))
            {
                if (!first.IsSuccessStatusCode) return null;
            }

            var sent = time.GetTimestamp();
            using var second = await http.GetAsync(url, stop);
            return second.IsSuccessStatusCode ? time.GetElapsedTime(sent) : null;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
    }

    internal static bool Accepts(DerpNode node, X509Certificate? certificate, SslPolicyErrors errors)
    {
        const string Pin = "sha256-raw:";
        if (node.CertName is { } name && name.StartsWith(Pin, StringComparison.Ordinal))
            return certificate is not null && string.Equals(certificate.GetCertHashString(HashAlgorithmName.SHA256), name[Pin.Length..], StringComparison.OrdinalIgnoreCase);
        return errors == SslPolicyErrors.None || node.InsecureForTests;
    }
}
