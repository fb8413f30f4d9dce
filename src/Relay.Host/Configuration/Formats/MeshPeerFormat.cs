using System.Globalization;

namespace Relay.Host.Configuration.Formats;

/// <summary>
/// <c>HOST[:PORT][/DIAL]</c>: the certificate's name, and the name or address to dial when that is another
/// (spec/derper-surface.md 10).
/// </summary>
internal static class MeshPeerFormat
{
    internal static MeshPeer Parse(string text)
    {
        try
        {
            if (text.Split('/') is [var target, .. { Length: <= 1 } dial])
            {
                var (host, port) = Target(target);
                return new MeshPeer(host, port, dial is [var other] ? NameFormat.Host(other) : host);
            }
        }
        catch (FormatException)
        {
            // Said below, with both parts.
        }

        throw new FormatException("expected HOST[:PORT] or HOST[:PORT]/DIAL such as derp1b.example.com/10.0.0.2");
    }

    private static (string Host, int Port) Target(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || text[^1] == ']') return (NameFormat.Host(text), 443);
        return ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? (NameFormat.Host(text[..colon]), port)
            : throw new FormatException();
    }
}
