using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Relay.Client.Connections;
using Relay.Client.Upgrade;

namespace Relay.Client.Dialing;

/// <summary>A line to a target through an HTTP proxy's CONNECT (spec/derp.md 16.1). The target's own port is asked for.</summary>
internal static class HttpProxy
{
    public static async Task<Dialer.Line> DialAsync(
        Uri proxy, RelayTarget target, RelayClientOptions options, PhaseClock clock, CancellationToken cancellation)
    {
        var overTls = proxy.Scheme == "https";
        var hop = new RelayTarget
        {
            Host = proxy.IdnHost,
            Port = proxy.Port,
            Name = $"the proxy {proxy.IdnHost}:{proxy.Port}",
            UseTls = overTls,
            HostHeader = "",
            Path = "",
            Certificate = new CertificateRule(),
        };
        Socket socket;
        try
        {
            socket = await Dialer.ConnectAsync(hop, options, clock, cancellation).ConfigureAwait(false);
        }
        catch (RelayException e)
        {
            throw new RelayException(RelayError.Proxy, e.Message, e);
        }

        Stream stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            clock.Begin($"asking {hop.Name} for {target.Name}");
            if (overTls) stream = await SecureAsync(stream, hop, cancellation).ConfigureAwait(false);
            await ConnectAsync(stream, proxy, hop, target, cancellation).ConfigureAwait(false);
            clock.Timings = clock.Timings with { Proxy = clock.Elapsed };
            return new Dialer.Line(stream, target, socket.RemoteEndPoint);
        }
        catch (Exception e)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (e is IOException or AuthenticationException) throw new RelayException(RelayError.Proxy, $"{hop.Name} broke the connection: {e.Message}", e);
            throw;
        }
    }

    /// <summary>The CONNECT request's head.</summary>
    internal static string Head(Uri proxy, RelayTarget target)
    {
        var authority = $"{(target.Host.Contains(':', StringComparison.Ordinal) ? $"[{target.Host}]" : target.Host)}:{target.Port}";
        var head = $"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n";
        if (proxy.UserInfo.Length > 0)
        {
            var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(proxy.UserInfo)));
            head += $"Proxy-Authorization: Basic {credentials}\r\n";
        }

        return head + "\r\n";
    }

    private static async Task ConnectAsync(Stream stream, Uri proxy, RelayTarget hop, RelayTarget target, CancellationToken cancellation)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Head(proxy, target)), cancellation).ConfigureAwait(false);
        var input = new FrameInput(stream);
        var response = await ResponseHead.ReadAsync(input, RelayError.Proxy, hop.Name, cancellation).ConfigureAwait(false);
        if (response.Status != 200)
        {
            var hint = response.Status == 407 ? "; credentials as in http://user:password@host:port were expected" : "; 200 was expected";
            throw new RelayException(RelayError.Proxy,
                $"{hop.Name} answered {response.StatusLine} to CONNECT {target.Name}{hint}")
            { HttpStatus = response.Status };
        }

        // Neither TLS nor a relay speaks before it is spoken to.
        if (!input.Unread.IsEmpty) throw new RelayException(RelayError.Proxy,
            $"{hop.Name} sent {input.Unread.Length} bytes after its answer to CONNECT; none were expected");
    }

    private static async Task<Stream> SecureAsync(Stream stream, RelayTarget hop, CancellationToken cancellation)
    {
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = hop.Host }, cancellation).ConfigureAwait(false);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
