namespace Relay.Agent.Up.Network;

/// <summary>This machine's default routes, as a text that differs when one of them does. Linux only; empty elsewhere.</summary>
internal static class DefaultRoutes
{
    private const string Zeros = "00000000";

    internal static string Read()
    {
        if (!OperatingSystem.IsLinux()) return "";
        return string.Join('\n', Lines("/proc/net/route").Select(IPv4).Concat(Lines("/proc/net/ipv6_route").Select(IPv6)).OfType<string>().Order(StringComparer.Ordinal));
    }

    // Iface Destination Gateway Flags RefCnt Use Metric Mask ...
    internal static string? IPv4(string line) =>
        Columns(line) is [var device, Zeros, var gateway, _, _, _, var metric, Zeros, ..] ? $"{device} {gateway} {metric}" : null;

    // Destination, its length, source, its length, next hop, metric, references, uses, flags, device. The last resort is lo's.
    internal static string? IPv6(string line) =>
        Columns(line) is [Zeros + Zeros + Zeros + Zeros, "00", _, _, var gateway, var metric, _, _, _, not "lo" and var device] ? $"{device} {gateway} {metric}" : null;

    private static string[] Columns(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // a sandbox without it, or a kernel without the family
        }
    }
}
