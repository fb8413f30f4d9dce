using System.Net;
using System.Net.Sockets;
using Relay.Stun.Messages;
using Relay.Udp;

namespace Relay.Agent.Up.Data;

/// <summary>
/// The sockets that face the network, one a family: WireGuard's packets, probes and STUN all leave from them, so that a NAT
/// gives them one mapping.
/// </summary>
internal sealed class OuterSockets : IDisposable
{
    private static readonly UdpSocketOptions Options = new() { DontFragment = true };

    private readonly UdpIo _io;
    private readonly SocketLoop? _ipv4, _ipv6;
    private SocketException? _refusal;

    /// <param name="io">How to read.</param>
    /// <param name="port">The port of both; 0 for the system's choice.</param>
    /// <exception cref="SocketException">The port is taken, or there is no family at all.</exception>
    internal OuterSockets(UdpIo io, int port)
    {
        _io = io;
        _ipv4 = TryBind(IPAddress.Any, port);
        try
        {
            _ipv6 = BindIPv6(port);
            if (IPv4 is null && IPv6 is null) throw _refusal!;
        }
        catch
        {
            _ipv4?.Dispose();
            throw;
        }
    }

    internal UdpSocket? IPv4 => _ipv4?.Socket;

    internal UdpSocket? IPv6 => _ipv6?.Socket;

    /// <summary>The socket that reaches an address of this family.</summary>
    internal UdpSocket? For(StunAddressFamily family) => family switch
    {
        StunAddressFamily.IPv4 => IPv4,
        StunAddressFamily.IPv6 => IPv6,
        _ => null,
    };

    /// <summary>Begins to read. <paramref name="receive"/> is called, on a thread for each socket, with what there is.</summary>
    internal void Start(SendFailed failed, SocketBroke broke, Action<IDatagramReader, IDatagramWriter> receive)
    {
        _ipv4?.Start(_io, "udp IPv4", failed, broke, receive);
        _ipv6?.Start(_io, "udp IPv6", failed, broke, receive);
    }

    public void Dispose()
    {
        _ipv4?.Dispose();
        _ipv6?.Dispose();
    }

    // One port for both where that can be: easier on a firewall's owner.
    private SocketLoop? BindIPv6(int port)
    {
        try
        {
            return TryBind(IPAddress.IPv6Any, port == 0 && IPv4 is { } four ? four.LocalAddress.Port : port);
        }
        catch (SocketException e) when (port == 0 && e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return TryBind(IPAddress.IPv6Any, 0);
        }
    }

    // Null where this machine does not have the family. A port that somebody else has in one family is not had: with half of
    // what was asked for, peers would be missed without a word.
    private SocketLoop? TryBind(IPAddress address, int port)
    {
        try
        {
            var socket = UdpSocket.Bind(new IPEndPoint(address, port), Options);
            return new SocketLoop(socket, () => UdpSocket.Bind(socket.LocalAddress.ToIPEndPoint(), Options));
        }
        catch (SocketException e) when (e.SocketErrorCode != SocketError.AddressAlreadyInUse && (port == 0 || e.SocketErrorCode != SocketError.AccessDenied))
        {
            _refusal ??= e;
            return null;
        }
    }
}
