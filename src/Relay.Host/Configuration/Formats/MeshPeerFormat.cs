using System.Globalization;

namespace Relay.Host.Configuration.Formats;

/// <summary>
/// <c>HOST[:PORT][/DIAL][#PIN]</c>: the certificate's name, the name or address to dial when that is another
/// (spec/derper-surface.md 10), and, beyond derper, the certificate's hash as DERP maps have it.
/// </summary>
internal static class MeshPeerFormat
{
    private const string PinPrefix = "sha256-raw:";

    internal static MeshPeer Parse(string text)
    {
        try
        {
            var (place, pin) = text.Split('#') switch
            {
                [var alone] => (alone, null),
                [var before, var after] when IsPin(after) => (before, after.ToLowerInvariant()),
                _ => throw new FormatException(),
            };
            if (place.Split('/') is [var target, .. { Length: <= 1 } dial])
            {
                var (host, port) = Target(target);
                return new MeshPeer(host, port, dial is [var other] ? NameFormat.Host(other) : host, pin);
            }
        }
        catch (FormatException)
        {
            // Said below, with all parts.
        }

        throw new FormatException("expected HOST[:PORT] or HOST[:PORT]/DIAL such as derp1b.example.com/10.0.0.2, and #sha256-raw:HEX where its certificate is pinned");
    }

    private static bool IsPin(string text) =>
        text.StartsWith(PinPrefix, StringComparison.Ordinal) && text.Length == PinPrefix.Length + 64 && text[PinPrefix.Length..].All(char.IsAsciiHexDigit);

    private static (string Host, int Port) Target(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || text[^1] == ']') return (NameFormat.Host(text), 443);
        return ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? (NameFormat.Host(text[..colon]), port)
            : throw new FormatException();
    }
}
