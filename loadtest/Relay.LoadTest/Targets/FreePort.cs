using System.Net;
using System.Net.Sockets;

namespace Relay.LoadTest.Targets;

/// <summary>For programs that must be told a port before they are started.</summary>
internal static class FreePort
{
    /// <summary>A TCP port on loopback that nobody listened on a moment ago.</summary>
    internal static int Tcp()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
