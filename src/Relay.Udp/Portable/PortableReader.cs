using System.Net;
using System.Net.Sockets;
using Relay.Stun.Messages;

namespace Relay.Udp.Portable;

/// <summary>One datagram a call.</summary>
internal sealed class PortableReader : IDatagramReader
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(1 << 16, pinned: true);
    private readonly UdpSocket _socket;
    private readonly SocketAddress _address;
    private TransportAddress _source;
    private int _length = -1;

    internal PortableReader(UdpSocket socket)
    {
        (_socket, _address) = (socket, new SocketAddress(socket.Socket.AddressFamily));

        // This reader takes datagrams one by one, as they were sent.
        if (OperatingSystem.IsLinux()) Linux.LinuxSocketOptions.DisableSegments(socket.Socket);
    }

    public bool Receive()
    {
        while (!_socket.IsStopped)
        {
            try
            {
                _address.Size = SocketAddress.GetMaximumAddressSize(_socket.Socket.AddressFamily);
                _length = _socket.Socket.ReceiveFrom(_bytes, SocketFlags.None, _address);
                if (_socket.IsStopped) return false;
                _socket.OnReceived();
                if (TransportAddress.TryFrom(_address, out _source)) return true;
            }
            catch (SocketException e)
            {
                _socket.OnReceiveError(e.SocketErrorCode);
            }
            catch (ObjectDisposedException)
            {
                // Stopped meanwhile.
            }
        }

        return false;
    }

    public bool TryNext(out Memory<byte> datagram, out TransportAddress source)
    {
        datagram = default;
        source = _source;
        if (_length < 0) return false;
        datagram = _bytes.AsMemory(0, _length);
        _length = -1;
        return true;
    }
}
