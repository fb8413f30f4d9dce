using System.Net;
using System.Net.Sockets;

namespace Relay.Testing;

/// <summary>For listeners that cannot take port 0 because others must know the port before.</summary>
public static class FreePort
{
    /// <summary>A TCP port on loopback that nobody listened on a moment ago.</summary>
    public static int Tcp()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
