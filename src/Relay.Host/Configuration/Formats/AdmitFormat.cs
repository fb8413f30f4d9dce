namespace Relay.Host.Configuration.Formats;

/// <summary><c>open</c>, <c>file:PATH</c> or <c>url:URL</c>.</summary>
internal static class AdmitFormat
{
    internal static AdmitPolicy Parse(string text)
    {
        if (text == "open") return AdmitPolicy.Open;
        if (text.StartsWith("file:", StringComparison.Ordinal) && text.Length > 5) return new(AdmitMode.File, text[5..], null);
        if (text.StartsWith("url:", StringComparison.Ordinal) && UrlFormat.Web(text[4..]) is { } url) return new(AdmitMode.Url, null, url);
        throw new FormatException("expected open (anybody), file:PATH or url:https://HOST/PATH");
    }
}
