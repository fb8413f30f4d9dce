using System.Net;
using System.Net.Sockets;

namespace Relay.Stun.Udp;

/// <summary>Makes and binds the sockets of one endpoint.</summary>
internal static class StunSockets
{
    // 1 MiB (the system may grant less) holds some thousand requests: a burst that comes while all threads wait for a core.
    private const int ReceiveBuffer = 1 << 20;

    private const int LinuxSolSocket = 1;
    private const int LinuxSoReusePort = 15;

    /// <summary>
    /// Binds <paramref name="count"/> sockets to one address; with port 0, all to the same free port. <c>[::]</c> is
    /// dual-stack where that is wanted, and becomes <c>0.0.0.0</c> where the system knows no IPv6.
    /// </summary>
    /// <exception cref="StunBindException">The first that cannot be bound; the others are closed again.</exception>
    /// <param name="endPoint">Where.</param>
    /// <param name="count">How many.</param>
    /// <param name="dualStack">Whether <c>[::]</c> is to take IPv4 as well.</param>
    /// <param name="create">Makes an unbound socket.</param>
    internal static Socket[] Bind(IPEndPoint endPoint, int count, bool dualStack, Func<AddressFamily, Socket> create)
    {
        var sockets = new List<Socket>(count);
        try
        {
            sockets.Add(BindFirst(endPoint, dualStack, create));
            var bound = (IPEndPoint)sockets[0].LocalEndPoint!;

            // Only now: a first socket that shared its port from the start would bind beside another server of the same
            // user, without an error, and take half of its packets.
            if (count > 1) SharePort(sockets[0]);
            while (sockets.Count < count) sockets.Add(Bind(bound, dualStack, create, share: true));
            return [.. sockets];
        }
        catch (Exception e)
        {
            foreach (var socket in sockets) socket.Dispose();
            if (e is SocketException cause) throw new StunBindException(endPoint, cause);
            throw;
        }
    }

    internal static Socket Create(AddressFamily family) => new(family, SocketType.Dgram, ProtocolType.Udp);

    private static Socket BindFirst(IPEndPoint endPoint, bool dualStack, Func<AddressFamily, Socket> create)
    {
        try
        {
            return Bind(endPoint, dualStack, create, share: false);
        }
        catch (SocketException e) when (
            dualStack && e.SocketErrorCode == SocketError.AddressFamilyNotSupported && endPoint.Address.Equals(IPAddress.IPv6Any))
        {
            return Bind(new IPEndPoint(IPAddress.Any, endPoint.Port), dualStack, create, share: false);
        }
    }

    private static Socket Bind(IPEndPoint endPoint, bool dualStack, Func<AddressFamily, Socket> create, bool share)
    {
        var socket = create(endPoint.AddressFamily);
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = dualStack && endPoint.Address.Equals(IPAddress.IPv6Any);
            if (OperatingSystem.IsWindows()) socket.ExclusiveAddressUse = true;
            if (share) SharePort(socket);
            socket.ReceiveBufferSize = ReceiveBuffer;
            socket.Bind(endPoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The kernel spreads the clients over all sockets that share a port. Only Linux does so for UDP.
    private static void SharePort(Socket socket) => socket.SetRawSocketOption(LinuxSolSocket, LinuxSoReusePort, [1, 0, 0, 0]);
}
