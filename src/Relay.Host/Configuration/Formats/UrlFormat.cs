namespace Relay.Host.Configuration.Formats;

/// <summary>URLs of given schemes.</summary>
internal static class UrlFormat
{
    internal static Uri Redis(string text) =>
        Read(text, "redis", "rediss") ?? throw new FormatException("expected redis://[USER:PASSWORD@]HOST[:PORT], or rediss:// for TLS");

    internal static Uri? Web(string text) => Read(text, Uri.UriSchemeHttp, Uri.UriSchemeHttps);

    private static Uri? Read(string text, params ReadOnlySpan<string> schemes) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && schemes.Contains(url.Scheme) && url.Host.Length > 0 ? url : null;
}
