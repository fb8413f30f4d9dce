using Relay.Stun.Messages;

namespace Relay.Udp;

/// <summary>
/// Gathers datagrams and sends them in few calls. Never waits: what the system has no room for is dropped, as routers do.
/// For one thread at a time; several writers may share a socket.
/// </summary>
public interface IDatagramWriter
{
    /// <summary>Takes a copy of the datagram. It leaves with the next <see cref="Flush"/>, or before that when many gather.</summary>
    void Add(UdpSocket socket, in TransportAddress target, ReadOnlySpan<byte> datagram);

    /// <summary>Sends what was added.</summary>
    void Flush();
}
