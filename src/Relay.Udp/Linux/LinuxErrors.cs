using System.Net.Sockets;

namespace Relay.Udp.Linux;

/// <summary>errno in .NET's words, for what sending and receiving datagrams can meet.</summary>
internal static class LinuxErrors
{
    internal static SocketError ToSocketError(int errno) => errno switch
    {
        1 or 13 => SocketError.AccessDenied,
        9 => SocketError.OperationAborted,
        22 => SocketError.InvalidArgument,
        32 => SocketError.Shutdown,
        88 => SocketError.NotSocket,
        90 => SocketError.MessageSize,
        97 => SocketError.AddressFamilyNotSupported,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        103 => SocketError.ConnectionAborted,
        105 => SocketError.NoBufferSpaceAvailable,
        107 => SocketError.NotConnected,
        108 => SocketError.Disconnecting,
        111 => SocketError.ConnectionRefused,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };
}
