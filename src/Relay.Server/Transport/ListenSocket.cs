using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Relay.Server.Transport;

/// <summary>Makes listening sockets and sets the options of accepted ones.</summary>
internal static class ListenSocket
{
    private const int LevelTcp = 6;
    private const int TcpUserTimeout = 18; // Linux only

    public static Socket Bind(IPEndPoint address, int backlog)
    {
        // A machine without IPv6 still means "everywhere" when it says [::].
        if (address.Address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6) address = new IPEndPoint(IPAddress.Any, address.Port);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(address);
            socket.Listen(backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            if (e.SocketErrorCode != SocketError.AddressAlreadyInUse) throw;
            throw new AddressInUseException($"{address} is in use by another program", e);
        }
    }

    public static void Configure(Socket socket, SocketTransportOptions options)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)options.KeepAlive.TotalSeconds);
        if (!OperatingSystem.IsLinux()) return;
        Span<byte> milliseconds = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(milliseconds, (int)options.UserTimeout.TotalMilliseconds);
        socket.SetRawSocketOption(LevelTcp, TcpUserTimeout, milliseconds);
    }
}
