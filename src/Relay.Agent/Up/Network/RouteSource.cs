using System.Net;
using System.Net.Sockets;

namespace Relay.Agent.Up.Network;

/// <summary>Which of this machine's addresses the system would send from. Nothing is sent to find out.</summary>
internal static class RouteSource
{
    /// <summary>Null: there is no way there.</summary>
    internal static IPAddress? Towards(IPEndPoint target)
    {
        try
        {
            using var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(target);
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
