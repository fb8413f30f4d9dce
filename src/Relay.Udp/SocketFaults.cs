using System.Net.Sockets;

namespace Relay.Udp;

/// <summary>Which errors are the socket's own, and which pass.</summary>
internal static class SocketFaults
{
    /// <summary>Of errors that may pass: after so many in a row, without one success, they do not.</summary>
    internal const int MaxInARow = 50;

    /// <summary>What was a socket is none any more: the descriptor is gone, or the system took the socket out of service.</summary>
    internal static bool IsFinal(SocketError error) => error is
        SocketError.NotSocket or SocketError.OperationAborted or SocketError.Shutdown or SocketError.Disconnecting
        or SocketError.NotConnected or SocketError.ConnectionAborted;

    /// <summary>Refused here, before anything left: usually the network is down, but a socket may also outlive the network it was made in.</summary>
    internal static bool IsLocal(SocketError error) => error is SocketError.NetworkDown or SocketError.AddressNotAvailable;
}
