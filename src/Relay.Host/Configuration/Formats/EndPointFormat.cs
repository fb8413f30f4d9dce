using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Relay.Host.Configuration.Formats;

/// <summary><c>ADDR:PORT</c>. Names are not taken: what a listener binds to must not depend on DNS.</summary>
internal static class EndPointFormat
{
    private const string Expected = "expected ADDR:PORT such as 0.0.0.0:8443 or [::]:8443";

    internal static IPEndPoint Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0) throw new FormatException(Expected);
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            throw new FormatException(Expected + ", with a port from 0 to 65535");
        return new IPEndPoint(Address(text[..colon]), port);
    }

    /// <summary>Null for <c>off</c>.</summary>
    internal static IPEndPoint? ParseOrOff(string text)
    {
        if (text == "off") return null;
        try
        {
            return Parse(text);
        }
        catch (FormatException e)
        {
            throw new FormatException(e.Message + ", or off", e);
        }
    }

    // ":443" means all addresses, as it does for the reference relay.
    private static IPAddress Address(string text)
    {
        if (text.Length == 0) return IPAddress.IPv6Any;
        var bracketed = text is ['[', .., ']'];
        if (IPAddress.TryParse(bracketed ? text[1..^1] : text, out var address)
            && bracketed == (address.AddressFamily == AddressFamily.InterNetworkV6)
            && (bracketed || text.Count(c => c == '.') == 3))
        {
            return address;
        }

        throw new FormatException(Expected);
    }
}
