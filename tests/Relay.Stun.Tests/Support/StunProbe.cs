using System.Net;
using System.Net.Sockets;
using Relay.Stun.Messages;
using Relay.Testing;

namespace Relay.Stun.Tests.Support;

/// <summary>A STUN client on a socket of its own.</summary>
internal sealed class StunProbe : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[2048];

    internal StunProbe(IPAddress local, int port = 0)
    {
        _socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        if (local.AddressFamily == AddressFamily.InterNetwork) _socket.EnableBroadcast = true;
        _socket.Bind(new IPEndPoint(local, port));
    }

    internal IPEndPoint Local => (IPEndPoint)_socket.LocalEndPoint!;

    internal static IPAddress IPv6Loopback()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return IPAddress.IPv6Loopback;
        }
        catch (SocketException e)
        {
            throw Missing.Because($"needs ::1: {e.Message}");
        }
    }

    internal void Send(byte[] datagram, IPEndPoint server) => _socket.SendTo(datagram, server);

    /// <summary>Waits for one datagram: what it says and where it came from.</summary>
    internal async Task<(byte[] Datagram, IPEndPoint From)> ReceiveAsync(string what)
    {
        var any = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        var received = await Eventually.Done(_socket.ReceiveFromAsync(_buffer, any), what);
        return (_buffer[..received.ReceivedBytes], (IPEndPoint)received.RemoteEndPoint);
    }

    /// <summary>Asks <paramref name="server"/>, and checks that the answer has our own address and comes from <paramref name="server"/>.</summary>
    internal async Task AskAsync(IPEndPoint server)
    {
        var (response, from) = await ExchangeAsync(server);
        Assert.Equal(Local, response.Address.ToIPEndPoint());
        Assert.Equal(server, from);
    }

    internal async Task<(StunResponse Response, IPEndPoint From)> ExchangeAsync(IPEndPoint server)
    {
        var request = new byte[StunRequest.Size];
        var id = StunTransactionId.NewRandom();
        StunRequest.Write(request, id);
        Send(request, server);
        var (datagram, from) = await ReceiveAsync($"the answer of {server}");
        Assert.Equal(StunResponseStatus.Success, StunResponse.Parse(datagram, out var response));
        Assert.Equal(id, response.TransactionId);
        return (response, from);
    }

    public void Dispose() => _socket.Dispose();
}
