using System.Net;
using Relay.LoadTest.Commands;

namespace Relay.LoadTest.Derp;

/// <summary>Where a relay is: <c>https://host[:port][/path]</c>, or http for one without TLS.</summary>
internal sealed record RelayUrl(bool Tls, string Host, IPEndPoint Address, string Path)
{
    /// <summary>The name to ask for in TLS; none for an address.</summary>
    internal string? ServerName => IPAddress.TryParse(Host, out _) ? null : Host;

    /// <summary>Whom to ask for in HTTP: an IPv6 address stands in brackets there, and a port that is not the usual one behind it.</summary>
    internal string Authority => new UriBuilder(Tls ? "https" : "http", Host, Address.Port).Uri.Authority;

    /// <param name="text">The URL.</param>
    /// <param name="given">How it was given, for messages; null for <c>--url</c>.</param>
    /// <exception cref="LoadException">It is none, or its host has no address.</exception>
    internal static RelayUrl Parse(string text, string? given = null)
    {
        given ??= $"--url {text}";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
            throw LoadException.Usage($"{given}: expected https://host[:port], or http for a relay without TLS");
        return new RelayUrl(url.Scheme == "https", url.DnsSafeHost, new IPEndPoint(AddressOf(url, given), url.Port), url.AbsolutePath == "/" ? "/derp" : url.AbsolutePath);
    }

    private static IPAddress AddressOf(Uri url, string given)
    {
        try
        {
            return IPAddress.TryParse(url.DnsSafeHost, out var literal) ? literal : Dns.GetHostAddresses(url.DnsSafeHost)[0];
        }
        catch (System.Net.Sockets.SocketException e)
        {
            throw LoadException.Unavailable($"{given}: {url.DnsSafeHost} has no address ({e.Message})", e);
        }
    }
}
