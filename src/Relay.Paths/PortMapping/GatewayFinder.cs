using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Relay.Paths.PortMapping;

/// <summary>Finds the router that a NAT would be in.</summary>
internal static class GatewayFinder
{
    private const string LinuxRoutes = "/proc/net/route";

    /// <summary>
    /// The router that was given, or else the one of the default route, where both it and our address towards it are private;
    /// null anywhere else: there is no NAT to ask.
    /// </summary>
    internal static IPAddress? Find(PortMapperOptions options)
    {
        if (options.Gateway is { } given) return given;
        if (Default() is not { } gateway || !IsPrivate(gateway)) return null;
        return LocalAddress(gateway, options) is { } local && IsPrivate(local) ? gateway : null;
    }

    /// <summary>Our address towards <paramref name="gateway"/>; null when there is no way. Sends nothing.</summary>
    internal static IPAddress? LocalAddress(IPAddress gateway, PortMapperOptions options)
    {
        try
        {
            using var socket = options.CreateSocket(SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(gateway, 9);
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    // RFC 1918, and RFC 6598 for carriers.
    internal static bool IsPrivate(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork) return false;
        var bytes = address.GetAddressBytes();
        return bytes[0] == 10 || (bytes[0] == 172 && bytes[1] >> 4 == 1) || (bytes[0] == 192 && bytes[1] == 168)
            || (bytes[0] == 100 && bytes[1] >> 6 == 1);
    }

    private static IPAddress? Default()
    {
        try
        {
            if (OperatingSystem.IsLinux()) return RouteTable.FindGateway(File.ReadLines(LinuxRoutes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As on other systems, then.
        }

        return FromInterfaces();
    }

    /// <summary>By what every system tells of its interfaces, though not which route is the better one.</summary>
    internal static IPAddress? FromInterfaces() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(i => i.GetIPProperties().GatewayAddresses)
        .Select(g => g.Address)
        .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !a.Equals(IPAddress.Any));
}
