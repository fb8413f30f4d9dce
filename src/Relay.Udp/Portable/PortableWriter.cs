using System.Net;
using System.Net.Sockets;
using Relay.Stun.Messages;

namespace Relay.Udp.Portable;

/// <summary>One datagram a call, at once.</summary>
internal sealed class PortableWriter(SendFailed? failed) : IDatagramWriter
{
    private readonly SocketAddress _ipv4 = new(AddressFamily.InterNetwork), _ipv6 = new(AddressFamily.InterNetworkV6);

    public void Add(UdpSocket socket, in TransportAddress target, ReadOnlySpan<byte> datagram)
    {
        if (socket.IsStopped) return;
        if (target.Family != socket.LocalAddress.Family)
        {
            failed?.Invoke(target, datagram.Length, SocketError.AddressFamilyNotSupported);
            return;
        }

        var address = target.Family == StunAddressFamily.IPv4 ? _ipv4 : _ipv6;
        target.WriteTo(address);
        try
        {
            socket.Socket.SendTo(datagram, SocketFlags.None, address);
            socket.OnSent();
        }
        catch (SocketException e)
        {
            if (e.SocketErrorCode == SocketError.WouldBlock) return;
            socket.OnSendError(e.SocketErrorCode);
            failed?.Invoke(target, datagram.Length, e.SocketErrorCode);
        }
        catch (ObjectDisposedException)
        {
            // Stopped meanwhile.
        }
    }

    public void Flush()
    {
        // Nothing is kept.
    }
}
