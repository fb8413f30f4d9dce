using System.Net;

namespace Relay.Server.Transport.Proxies;

/// <summary>The client's address in <c>X-Forwarded-For</c>, to which each proxy on the way has added whom it saw. A function.</summary>
internal static class ForwardedFor
{
    private const int MaxHops = 16;

    /// <summary>
    /// The last address that is not a trusted proxy's: what stands before it, the client may have made up. Null when there
    /// is none, or where it cannot be read.
    /// </summary>
    /// <param name="header">The header's value; several lines joined by commas.</param>
    /// <param name="isTrusted">Whether an address is one of our proxies.</param>
    public static IPAddress? Client(ReadOnlySpan<char> header, Func<IPAddress, bool> isTrusted)
    {
        for (var hop = 0; hop < MaxHops && !header.IsEmpty; hop++)
        {
            var comma = header.LastIndexOf(',');
            if (Read(header[(comma + 1)..].Trim()) is not { } address) return null;
            if (comma < 0 || !isTrusted(address)) return address;
            header = header[..comma];
        }

        return null;
    }

    // "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]:4711"
    private static IPAddress? Read(ReadOnlySpan<char> text)
    {
        if (text is ['[', .. var rest])
        {
            var end = rest.IndexOf(']');
            if (end < 0) return null;
            text = rest[..end];
        }
        else if (text.Count(':') == 1)
        {
            text = text[..text.IndexOf(':')];
        }

        if (!IPAddress.TryParse(text, out var address)) return null;
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
