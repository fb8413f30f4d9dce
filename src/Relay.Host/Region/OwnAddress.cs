using System.Net;
using System.Net.Sockets;

namespace Relay.Host.Region;

/// <summary>Finds the address by which this machine reaches another one: what others on that network can reach it by.</summary>
internal static class OwnAddress
{
    /// <exception cref="SocketException">The name does not resolve, or there is no way there.</exception>
    internal static async Task<IPAddress> TowardsAsync(string host, int port, CancellationToken cancellation)
    {
        var address = (await Dns.GetHostAddressesAsync(host, cancellation))[0];
        using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);

        // Sends nothing: it only asks the system for a route.
        await socket.ConnectAsync(new IPEndPoint(address, port), cancellation);
        return ((IPEndPoint)socket.LocalEndPoint!).Address;
    }
}
