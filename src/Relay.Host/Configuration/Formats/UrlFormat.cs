using Relay.Mesh.Redis;

namespace Relay.Host.Configuration.Formats;

/// <summary>URLs of given schemes.</summary>
internal static class UrlFormat
{
    internal static Uri Redis(string text)
    {
        if (Read(text, "redis", "rediss") is not { } url) throw new FormatException("expected redis://[USER:PASSWORD@]HOST[:PORT], or rediss:// for TLS");
        RedisUrl.Parse(url);
        return url;
    }

    internal static Uri? Web(string text) => Read(text, Uri.UriSchemeHttp, Uri.UriSchemeHttps);

    private static Uri? Read(string text, params ReadOnlySpan<string> schemes) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && schemes.Contains(url.Scheme) && url.Host.Length > 0 ? url : null;
}
