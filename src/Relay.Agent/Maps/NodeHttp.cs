using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Relay.Client;
using Relay.Client.Measuring;
using Relay.Protocol.Map;

namespace Relay.Agent.Maps;

/// <summary>HTTP to one node as clients do it: at the addresses that the map gives, with the certificate that the map expects.</summary>
internal sealed class NodeHttp : IDisposable
{
    private const string Pin = "sha256-raw:";
    private const int MaxPage = 64 * 1024;

    private static readonly TimeSpan AddressTimeout = TimeSpan.FromSeconds(2);

    private readonly DerpNode _node;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    /// <param name="node">The node.</param>
    /// <param name="plainHttp">It speaks HTTP without TLS.</param>
    /// <param name="throughProxy">Whether to go through the proxy of this machine's environment, if there is one.</param>
    /// <param name="time">The clock of every deadline.</param>
    internal NodeHttp(DerpNode node, bool plainHttp, bool throughProxy, TimeProvider time)
    {
        (_node, _time) = (node, time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = throughProxy,
            ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Accepts },
        };
        var host = node.HostName.Contains(':', StringComparison.Ordinal) ? $"[{node.HostName}]" : node.HostName;
        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri($"{(plainHttp ? "http" : "https")}://{host}:{node.EffectiveDerpPort}"),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxPage,
        };
    }

    /// <summary>Gets a page within a time.</summary>
    /// <exception cref="HttpRequestException">No answer.</exception>
    /// <exception cref="OperationCanceledException">Not in time.</exception>
    internal async Task<HttpResponseMessage> GetAsync(string path, string? challenge, TimeSpan within, CancellationToken stop)
    {
        using var limit = new Deadline(within, _time, stop);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (challenge is not null) request.Headers.Add("X-Tailscale-Challenge", challenge);
        return await _http.SendAsync(request, limit.Token);
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var to = context.DnsEndPoint;
        var isNode = to.Port == _node.EffectiveDerpPort && to.Host.Trim('[', ']') == _node.HostName;
        var addresses = isNode ? await LocalRoute.AddressesAsync(_node, _time, stop) : await NodeAddresses.ResolveAsync(to.Host, _time, stop);
        var failure = new SocketException((int)SocketError.HostNotFound);
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var limit = new Deadline(AddressTimeout, _time, stop);
            try
            {
                await socket.ConnectAsync(address, to.Port, limit.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
            {
                socket.Dispose();
                failure = e as SocketException ?? new SocketException((int)SocketError.TimedOut);
            }
        }

        throw failure;
    }

    // As RelayConnection judges it, but for the name of a pinned one and its dates: what is wrong there, its check says.
    private bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (_node.InsecureForTests || certificate is not X509Certificate2 leaf) return _node.InsecureForTests;
        if (_node.CertName is not { } name) return errors == SslPolicyErrors.None;
        if (name.StartsWith(Pin, StringComparison.Ordinal))
            return string.Equals(leaf.GetCertHashString(HashAlgorithmName.SHA256), name[Pin.Length..], StringComparison.OrdinalIgnoreCase);
        return (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None && leaf.MatchesHostname(name);
    }
}
