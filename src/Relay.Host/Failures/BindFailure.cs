using System.Net;
using System.Net.Sockets;
using Relay.Host.Configuration;

namespace Relay.Host.Failures;

/// <summary>Turns the failure to open a port into the one line and the exit code that fit it.</summary>
internal static class BindFailure
{
    /// <summary>
    /// Kestrel wraps the socket's error once or twice, so the whole chain of causes is looked at. Anything that is not a
    /// socket's error is still a port that could not be had.
    /// </summary>
    internal static StartupException Explain(Setting setting, IPEndPoint endPoint, Exception failure)
    {
        var where = $"{setting.Flag} {endPoint}";
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket) return Explain(where, endPoint, socket, failure);
        }

        return StartupException.Unavailable($"{where}: cannot be opened ({failure.Message}); choose another address or port", failure);
    }

    private static StartupException Explain(string where, IPEndPoint endPoint, SocketException socket, Exception failure) =>
        socket.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => StartupException.Unavailable(
                $"{where}: the port is in use by another program; stop that program or choose another port", failure),
            SocketError.AddressNotAvailable => StartupException.Unavailable(
                $"{where}: this machine has no such address; use one of its own, or {Any(endPoint)} for all", failure),
            SocketError.AddressFamilyNotSupported or SocketError.ProtocolFamilyNotSupported or SocketError.ProtocolNotSupported =>
                StartupException.Unavailable($"{where}: IPv6 is switched off on this machine; use 0.0.0.0:{endPoint.Port}", failure),
            SocketError.AccessDenied => StartupException.NoPermission(
                $"{where}: not permitted; ports below 1024 need root or CAP_NET_BIND_SERVICE, or choose a higher port", failure),
            _ => StartupException.Unavailable(
                $"{where}: cannot be opened ({socket.SocketErrorCode}); choose another address or port", failure),
        };

    private static IPEndPoint Any(IPEndPoint endPoint) =>
        new(endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, endPoint.Port);
}
