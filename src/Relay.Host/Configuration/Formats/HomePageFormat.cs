namespace Relay.Host.Configuration.Formats;

/// <summary><c>default</c>, <c>blank</c> or a URL.</summary>
internal static class HomePageFormat
{
    internal static HomePage Parse(string text) => text switch
    {
        "default" => HomePage.Default,
        "blank" => HomePage.Blank,
        _ when UrlFormat.Web(text) is { } url => new HomePage(HomePageKind.Redirect, url),
        _ => throw new FormatException("expected default, blank, or an http:// or https:// URL"),
    };
}
