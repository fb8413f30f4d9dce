using System.Text.RegularExpressions;

namespace Relay.Host.Configuration;

/// <summary>Takes passwords out of URLs before they are shown.</summary>
internal static partial class Secrets
{
    internal const string Mark = "***";

    /// <summary>Also works on text that is no valid URL, since that is what error messages show.</summary>
    internal static string Redact(string text) =>
        QuerySecret().Replace(UserInfo().Replace(text, $"$1{Mark}@"), $"$1{Mark}");

    // Up to the last '@' before the path, for a password may itself hold one. A user name alone may be a token, so it
    // goes too, unless a password follows it.
    [GeneratedRegex("""(://(?:[^:@/?#]*:)?)[^/?#]*@""")]
    private static partial Regex UserInfo();

    [GeneratedRegex("""([?&][^=&#]*(?:password|passwd|token|secret|key|auth)[^=&#]*=)[^&#]*""", RegexOptions.IgnoreCase)]
    private static partial Regex QuerySecret();
}
