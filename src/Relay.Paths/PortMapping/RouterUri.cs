using System.Net;

namespace Relay.Paths.PortMapping;

/// <summary>URLs that a router tells of itself.</summary>
internal static class RouterUri
{
    private const int MaxLength = 512;

    /// <summary>
    /// An http URL, relative to <paramref name="baseUri"/> if it is given, with the router's own address for a host: routers
    /// name themselves in ways that do not resolve, and nobody else is to be asked. Null when it is none.
    /// </summary>
    internal static Uri? Make(string text, Uri? baseUri, IPAddress router)
    {
        if (text.Length is 0 or > MaxLength) return null;
        var good = baseUri is null ? Uri.TryCreate(text, UriKind.Absolute, out var uri) : Uri.TryCreate(baseUri, text, out uri);
        if (!good || uri!.Scheme != Uri.UriSchemeHttp || uri.UserInfo.Length > 0) return null;
        return new UriBuilder(uri) { Host = router.ToString() }.Uri;
    }
}
