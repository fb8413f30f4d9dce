namespace Relay.Host.Configuration.Formats;

/// <summary>What an ACME authority is told.</summary>
internal static class AcmeFormat
{
    internal static Uri Directory(string text) =>
        UrlFormat.Web(text) is { Scheme: "https" } url ? url : throw new FormatException("expected an https:// URL such as https://ca.example.com/acme/directory");

    /// <summary>An address that can stand in a <c>mailto:</c> URL as it is.</summary>
    internal static string Email(string text) =>
        text.Length <= 254 && text.Split('@') is [{ Length: > 0 } user, { Length: > 0 } domain]
        && user.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+')
        && domain.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-')
            ? text
            : throw new FormatException("expected one mail address such as ops@example.com");

    /// <summary>Key ids and profiles: words in which anything visible may stand.</summary>
    internal static string Word(string text) =>
        text.Length <= 256 && text.All(c => c is > ' ' and < (char)127) ? text : throw new FormatException("expected a word of at most 256 visible characters");
}
