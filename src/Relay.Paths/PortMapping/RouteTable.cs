using System.Globalization;
using System.Net;

namespace Relay.Paths.PortMapping;

/// <summary>Linux's table of IPv4 routes in its text form, <c>/proc/net/route</c>.</summary>
internal static class RouteTable
{
    private const int Gateway = 2;
    private const int Up = 1;

    // Iface Destination Gateway Flags RefCnt Use Metric Mask ...; numbers in hex but for the metric, addresses as they lie in memory.
    /// <summary>The gateway of the default route with the lowest metric; null where there is none.</summary>
    internal static IPAddress? FindGateway(IEnumerable<string> lines)
    {
        (IPAddress Gateway, int Metric)? best = null;
        foreach (var line in lines)
        {
            var columns = line.Split('\t', StringSplitOptions.TrimEntries);
            if (columns.Length < 8 || columns[1] != "00000000" || columns[7] != "00000000") continue;
            if (!TryHex(columns[3], out var flags) || (flags & (Up | Gateway)) != (Up | Gateway)) continue;
            if (!TryHex(columns[2], out var gateway) || !int.TryParse(columns[6], CultureInfo.InvariantCulture, out var metric)) continue;
            if (best is null || metric < best.Value.Metric) best = (new IPAddress(BitConverter.GetBytes(gateway)), metric);
        }

        return best?.Gateway;
    }

    private static bool TryHex(string text, out uint value) =>
        uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
