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
    private readonly List<ReaderThread> _readers = [];
    private readonly UdpIo _io;

    /// <param name="io">How to read.</param>
    /// <param name="port">The port of both; 0 for the system's choice.</param>
    /// <exception cref="SocketException">The port is taken, or there is no family at all.</exception>
    internal OuterSockets(UdpIo io, int port)
    {
        _io = io;
        var options = new UdpSocketOptions { DontFragment = true };
        IPv4 = TryBind(IPAddress.Any, port, options);
        // One port for both where that can be: easier on a firewall's owner.
        IPv6 = TryBind(IPAddress.IPv6Any, IPv4 is { } four && port == 0 ? four.LocalAddress.Port : port, options)
            ?? (port == 0 ? TryBind(IPAddress.IPv6Any, 0, options) : null);
        if (IPv4 is null && IPv6 is null) throw new SocketException((int)SocketError.AddressAlreadyInUse);
    }

    internal UdpSocket? IPv4 { get; }

    internal UdpSocket? IPv6 { get; }

    /// <summary>The socket that reaches an address of this family.</summary>
    internal UdpSocket? For(StunAddressFamily family) => family switch
    {
        StunAddressFamily.IPv4 => IPv4,
        StunAddressFamily.IPv6 => IPv6,
        _ => null,
    };

    /// <summary>Begins to read. <paramref name="receive"/> is called, on a thread for each socket, with what there is.</summary>
    internal void Start(SendFailed failed, Action<IDatagramReader, IDatagramWriter> receive)
    {
        foreach (var socket in new[] { IPv4, IPv6 })
        {
            if (socket is not null) _readers.Add(ReaderThread.Start(_io, socket, $"udp {socket.LocalAddress.Family}", failed, receive));
        }
    }

    public void Dispose()
    {
        foreach (var reader in _readers) reader.Dispose();
        IPv4?.Dispose();
        IPv6?.Dispose();
    }

    private static UdpSocket? TryBind(IPAddress address, int port, UdpSocketOptions options)
    {
        try
        {
            return UdpSocket.Bind(new IPEndPoint(address, port), options);
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
