using System.Net;
using System.Net.Sockets;

namespace Relay.Paths.PortMapping;

/// <summary>HTTP to a router: small answers, soon, from nobody else.</summary>
internal sealed class UpnpHttp : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly PortMapperOptions _options;
    private readonly HttpClient _http;

    internal UpnpHttp(PortMapperOptions options)
    {
        _options = options;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectCallback = ConnectAsync };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = UpnpXml.MaxBytes };
    }

    /// <summary>The description's text; null when there is none.</summary>
    internal async Task<Stream?> GetAsync(Uri location, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, location);
        return await SendAsync(request, status => status == HttpStatusCode.OK, stop).ConfigureAwait(false);
    }

    /// <summary>The answer to an action; null when there is none.</summary>
    internal async Task<UpnpAnswer?> CallAsync(HttpRequestMessage request, CancellationToken stop)
    {
        // An error of UPnP comes with 500 and an envelope.
        await using var answer = await SendAsync(
            request, status => status is HttpStatusCode.OK or HttpStatusCode.InternalServerError, stop).ConfigureAwait(false);
        return answer is null ? null : UpnpAction.Read(answer);
    }

    public void Dispose() => _http.Dispose();

    private async Task<Stream?> SendAsync(HttpRequestMessage request, Func<HttpStatusCode, bool> isGood, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(Limit, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            if (!isGood(response.StatusCode)) return null;
            return new MemoryStream(await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false), writable: false);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = _options.CreateSocket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port, stop).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
