using System.Net;
using Relay.LoadTest.Commands;

namespace Relay.LoadTest.Derp;

/// <summary>Where a relay is: <c>https://host[:port][/path]</c>, or http for one without TLS.</summary>
internal sealed record RelayUrl(bool Tls, string Host, IPEndPoint Address, string Path)
{
    /// <summary>The name to ask for in TLS; none for an address.</summary>
    internal string? ServerName => IPAddress.TryParse(Host, out _) ? null : Host;

    internal static RelayUrl Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
            throw LoadException.Usage($"--url {text}: expected https://host[:port], or http for a relay without TLS");
        return new RelayUrl(url.Scheme == "https", url.DnsSafeHost, new IPEndPoint(AddressOf(url), url.Port), url.AbsolutePath == "/" ? "/derp" : url.AbsolutePath);
    }

    private static IPAddress AddressOf(Uri url)
    {
        try
        {
            return IPAddress.TryParse(url.DnsSafeHost, out var literal) ? literal : Dns.GetHostAddresses(url.DnsSafeHost)[0];
        }
        catch (System.Net.Sockets.SocketException e)
        {
            throw LoadException.Unavailable($"--url {url}: {url.DnsSafeHost} has no address ({e.Message})", e);
        }
    }
}
