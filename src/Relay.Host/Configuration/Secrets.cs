using System.Text.RegularExpressions;

namespace Relay.Host.Configuration;

/// <summary>Takes passwords out of URLs before they are shown; also out of text that is no valid URL, for error messages show that.</summary>
internal static partial class Secrets
{
    private const string Mark = "***";

    internal static string Redact(string text) =>
        text.StartsWith("file:", StringComparison.Ordinal) ? text : QuerySecret().Replace(RedactUser(text), $"$1{Mark}");

    // Up to the last '@', for a password may hold anything. A user without a password may be a token, so it goes too.
    private static string RedactUser(string text)
    {
        var at = text.LastIndexOf('@');
        if (at < 0) return text;
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var start = scheme >= 0 && scheme < at ? scheme + 3 : 0;
        var colon = text.IndexOf(':', start, at - start);
        return text[..(colon >= 0 ? colon + 1 : start)] + Mark + text[at..];
    }

    [GeneratedRegex("""([?&][^=&#]*(?:password|passwd|token|secret|key|auth)[^=&#]*=)[^&#]*""", RegexOptions.IgnoreCase)]
    private static partial Regex QuerySecret();
}
