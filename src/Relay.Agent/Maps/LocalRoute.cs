using System.Net;
using System.Net.Sockets;

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
}
