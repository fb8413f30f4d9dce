using System.Net;
using System.Net.Sockets;
using Relay.Stun.Messages;
using Relay.Udp.Linux;

namespace Relay.Udp;

/// <summary>A bound UDP socket of one address family.</summary>
public sealed class UdpSocket : IDisposable
{
    // WSAIoctl codes that stop Windows from failing a receive after an ICMP error that answered an earlier send.
    private const int SioUdpConnReset = -1744830452, SioUdpNetReset = -1744830449;

    private const int ErrorPauseMs = 20;

    private readonly ManualResetEventSlim _stopped = new();

    private UdpSocket(Socket socket)
    {
        (Socket, Handle) = (socket, socket.SafeHandle);
        LocalAddress = TransportAddress.From((IPEndPoint)socket.LocalEndPoint!);
    }

    /// <summary>Where it is bound.</summary>
    public TransportAddress LocalAddress { get; }

    /// <summary><see cref="Stop"/> was called.</summary>
    public bool IsStopped => _stopped.IsSet;

    /// <summary>What is granted for waiting datagrams, receiving and sending.</summary>
    public (int Receive, int Send) BufferSizes => (Socket.ReceiveBufferSize, Socket.SendBufferSize);

    internal Socket Socket { get; }

    /// <summary>For calls of the system, which hold it while they last: another thread may close the socket meanwhile.</summary>
    internal SafeSocketHandle Handle { get; }

    /// <summary>The kernel takes several datagrams as one and cuts them itself. Cleared when a device turns out not to.</summary>
    internal bool Segments { get; set; }

    /// <summary>Binds a socket.</summary>
    /// <exception cref="SocketException">The address is in use, not of this machine, or of a family it does not have.</exception>
    public static UdpSocket Bind(IPEndPoint endPoint, UdpSocketOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        options ??= new UdpSocketOptions();
        var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            if (OperatingSystem.IsWindows())
            {
                socket.ExclusiveAddressUse = true;
                socket.IOControl(SioUdpConnReset, [0, 0, 0, 0], null);
                socket.IOControl(SioUdpNetReset, [0, 0, 0, 0], null);
            }

            Prepare(socket, options);
            socket.Bind(endPoint);
            var bound = new UdpSocket(socket);
            if (OperatingSystem.IsLinux()) bound.Segments = LinuxSocketOptions.EnableSegments(socket);
            return bound;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Ends the reader's wait, now and for good. Dispose once it has returned.</summary>
    public void Stop()
    {
        _stopped.Set();
        if (OperatingSystem.IsLinux()) LinuxSocketOptions.Wake(Socket);
        else Socket.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopped.Set();
        Socket.Dispose();
    }

    // What waits in a socket (an ICMP error, say) is gone with the call that told of it; should the system insist, the reader does not spin.
    internal void PauseAfterError() => _stopped.Wait(ErrorPauseMs);

    private static void Prepare(Socket socket, UdpSocketOptions options)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxSocketOptions.SetBuffers(socket, options.BufferSize);
            if (options.DontFragment) LinuxSocketOptions.ForbidFragments(socket);
            return;
        }

        socket.ReceiveBufferSize = options.BufferSize;
        socket.SendBufferSize = options.BufferSize;
        if (!options.DontFragment) return;
        try
        {
            socket.DontFragment = true;
        }
        catch (SocketException)
        {
            // Not for this family on this system: then only what the interface's MTU lets through is known to pass.
        }
    }
}
