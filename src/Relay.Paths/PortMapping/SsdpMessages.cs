using System.Net;
using System.Text;

namespace Relay.Paths.PortMapping;

/// <summary>The discovery of UPnP: HTTP heads in datagrams.</summary>
internal static class SsdpMessages
{
    private const int MaxHead = 2048;

    /// <summary>Asks for <paramref name="kind"/> of device, to be answered within a second.</summary>
    internal static byte[] Search(IPEndPoint to, string kind) => Encoding.ASCII.GetBytes(
        $"M-SEARCH * HTTP/1.1\r\nHOST: {to}\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: {kind}\r\n\r\n");

    /// <summary>
    /// Where the description of an internet gateway is; null for anything else. Only an address of <paramref name="router"/>
    /// counts, whatever the answer says: it must not make us talk to somebody else.
    /// </summary>
    internal static Uri? ReadLocation(ReadOnlySpan<byte> datagram, IPAddress router)
    {
        if (datagram.Length > MaxHead) return null;
        var lines = Encoding.ASCII.GetString(datagram).Split('\n', StringSplitOptions.TrimEntries);
        if (!lines[0].StartsWith("HTTP/1.1 200", StringComparison.Ordinal)) return null;
        var (location, isGateway) = ("", false);
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) continue;
            var (name, value) = (line[..colon].TrimEnd(), line[(colon + 1)..].Trim());
            if (name.Equals("LOCATION", StringComparison.OrdinalIgnoreCase)) location = value;
            if (name.Equals("ST", StringComparison.OrdinalIgnoreCase) || name.Equals("USN", StringComparison.OrdinalIgnoreCase))
                isGateway |= IsGateway(value);
        }

        return isGateway ? RouterUri.Make(location, null, router) : null;
    }

    private static bool IsGateway(string kind) =>
        kind.Contains(":InternetGatewayDevice:", StringComparison.Ordinal) || kind.Contains(":service:WAN", StringComparison.Ordinal);
}
