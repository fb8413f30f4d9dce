namespace Relay.Server.Connections;

/// <summary>Tells what a broken connection throws from faults of the relay itself.</summary>
internal static class ConnectionFault
{
    public static bool Is(Exception e) =>
        e is IOException or ObjectDisposedException or OperationCanceledException
            or System.Net.Sockets.SocketException or System.Net.WebSockets.WebSocketException
            // What SslStream throws when it is disposed of under a read, and when a peer renegotiates.
            or InvalidOperationException { Source: "System.Net.Security" } or System.Security.Authentication.AuthenticationException;
}
