using System.Net;
using System.Net.Sockets;

namespace Relay.Stun.Udp;

/// <summary>A STUN socket could not be bound. <see cref="Exception.Message"/> is one line with the address and the cause.</summary>
public sealed class StunBindException : Exception
{
    internal StunBindException(IPEndPoint endPoint, SocketException cause)
        : base($"cannot listen for STUN on UDP {endPoint}: {Explain(cause)}", cause) =>
        (EndPoint, Error) = (endPoint, cause.SocketErrorCode);

    /// <summary>The address that was asked for.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The cause; <see cref="SocketError.AddressAlreadyInUse"/> and <see cref="SocketError.AccessDenied"/> are the usual ones.</summary>
    public SocketError Error { get; }

    // The system's own wording differs from one to the next, and some of it has several lines.
    private static string Explain(SocketException cause) => cause.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "the address is already in use",
        SocketError.AccessDenied => "not permitted; ports below 1024 may need CAP_NET_BIND_SERVICE",
        SocketError.AddressNotAvailable => "no interface of this machine has that address",
        SocketError.AddressFamilyNotSupported => "this machine does not support the address family",
        _ => cause.Message.ReplaceLineEndings(" "),
    };
}
