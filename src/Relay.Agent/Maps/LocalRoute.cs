using System.Net;
using System.Net.Sockets;
using Relay.Client.Measuring;
using Relay.Protocol.Map;

namespace Relay.Agent.Maps;

/// <summary>Whether this machine has a way to an address at all, whatever happens further on.</summary>
internal static class LocalRoute
{
    /// <summary>Connecting a UDP socket asks the routing table and sends nothing.</summary>
    internal static bool Exists(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(address, 9);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>A node's addresses that this machine has a way to, IPv6 first.</summary>
    internal static async Task<IReadOnlyList<IPAddress>> AddressesAsync(DerpNode node, TimeProvider time, CancellationToken stop)
    {
        var six = await NodeAddresses.FindAsync(node, AddressFamily.InterNetworkV6, time, stop);
        var four = await NodeAddresses.FindAsync(node, AddressFamily.InterNetwork, time, stop);
        return [.. new[] { six, four }.OfType<IPAddress>().Where(Exists)];
    }
}
