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
    private int _failure, _receiveErrors, _sendErrors;

    private UdpSocket(Socket socket)
    {
        (Socket, Handle) = (socket, socket.SafeHandle);
        LocalAddress = TransportAddress.From((IPEndPoint)socket.LocalEndPoint!);
    }

    /// <summary>Where it is bound.</summary>
    public TransportAddress LocalAddress { get; }

    /// <summary>
    /// Why the system takes or gives nothing more by this socket; null while it does. Its reader has ended then, and what is
    /// sent is dropped: dispose it, and bind another.
    /// </summary>
    public SocketError? Failure => Volatile.Read(ref _failure) is not 0 and var error ? (SocketError)error : null;

    /// <summary><see cref="Stop"/> was called, or the socket failed.</summary>
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
        if (OperatingSystem.IsLinux()) LinuxSocketOptions.Wake(Handle);
        else Socket.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopped.Set();
        Socket.Dispose();
    }

    /// <summary>Gives it up: its reader ends.</summary>
    internal void Fail(SocketError error)
    {
        if (IsStopped) return;
        Interlocked.CompareExchange(ref _failure, (int)error, 0);
        Stop();
    }

    internal void OnReceived() => _receiveErrors = 0;

    // What waits in a socket (an ICMP error, say) is gone with the call that told of it; should the system insist, the reader does not spin.
    internal void OnReceiveError(SocketError error)
    {
        if (IsStopped) return;
        if (SocketFaults.IsFinal(error) || ++_receiveErrors >= SocketFaults.MaxInARow) Fail(error);
        else _stopped.Wait(ErrorPauseMs);
    }

    internal void OnSent()
    {
        if (Volatile.Read(ref _sendErrors) != 0) Volatile.Write(ref _sendErrors, 0);
    }

    internal void OnSendError(SocketError error)
    {
        if (SocketFaults.IsFinal(error) || (SocketFaults.IsLocal(error) && Interlocked.Increment(ref _sendErrors) >= SocketFaults.MaxInARow)) Fail(error);
    }

    private static void Prepare(Socket socket, UdpSocketOptions options)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxSocketOptions.SetBuffers(socket, options.BufferSize);
            if (options.DontFragment) LinuxSocketOptions.ForbidFragments(socket);
            return;
        }

        SetBuffers(socket, options.BufferSize);
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

    // Some systems grant less, others refuse what is beyond their limit (kern.ipc.maxsockbuf).
    private static void SetBuffers(Socket socket, int size)
    {
        try
        {
            socket.ReceiveBufferSize = size;
            socket.SendBufferSize = size;
        }
        catch (SocketException)
        {
            // As many as there are by default, then.
        }
    }
}
