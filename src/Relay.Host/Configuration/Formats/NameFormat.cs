using System.Net;
using System.Net.Sockets;

namespace Relay.Host.Configuration.Formats;

/// <summary>Host names, addresses and labels.</summary>
internal static class NameFormat
{
    /// <summary>A DNS name in lower case, or an address without brackets in its shortest form.</summary>
    internal static string Host(string text)
    {
        var bare = text is ['[', .., ']'] ? text[1..^1] : text;
        if (AddressOf(bare) is { } address) return address.ToString();
        return IsDnsName(text) && !text.All(c => char.IsAsciiDigit(c) || c == '.')
            ? text.ToLowerInvariant()
            : throw new FormatException("expected a DNS name such as relay.example.com, or an IP address, without a port");
    }

    /// <summary>The address that <paramref name="host"/> is, or null for a DNS name. Old spellings such as <c>127.1</c> are not addresses here.</summary>
    internal static IPAddress? AddressOf(string host) =>
        IPAddress.TryParse(host, out var address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6 || host.Count(c => c == '.') == 3)
            ? address
            : null;

    internal static string Address(string text) =>
        AddressOf(text)?.ToString() ?? throw new FormatException("expected an IP address such as 10.0.0.2");

    internal static string DnsName(string text) =>
        IsDnsName(text) ? text.ToLowerInvariant() : throw new FormatException("expected DNS names such as relay.example.com");

    /// <summary>A node's name: a label in metrics and in DERP maps.</summary>
    internal static string Node(string text) =>
        IsNode(text) ? text : throw new FormatException("expected 1 to 63 letters, digits, dots, dashes or underscores");

    internal static bool IsNode(string text) =>
        text.Length is >= 1 and <= 63 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    /// <summary>Any text that can be a path.</summary>
    internal static string Path(string text) =>
        text.Length is > 0 and <= 4096 && !text.Contains('\0', StringComparison.Ordinal)
            ? text
            : throw new FormatException("expected a path");

    private static bool IsDnsName(string text) =>
        text.Length is >= 1 and <= 253 && text.Split('.').All(IsDnsLabel);

    private static bool IsDnsLabel(string label) =>
        label.Length is >= 1 and <= 63
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        && label[0] != '-' && label[^1] != '-';
}
