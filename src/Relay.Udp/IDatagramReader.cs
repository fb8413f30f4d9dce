using Relay.Stun.Messages;

namespace Relay.Udp;

/// <summary>
/// Reads what comes to one socket, on a thread that has nothing else to do. Belongs to that thread.
/// <code>while (reader.Receive()) while (reader.TryNext(out var datagram, out var source)) ...</code>
/// </summary>
public interface IDatagramReader
{
    /// <summary>Waits for at least one datagram and takes along what else is there. False: the socket was stopped, or failed.</summary>
    bool Receive();

    /// <summary>The next datagram of what was received. It may be changed in place, and is valid until the next <see cref="Receive"/>.</summary>
    bool TryNext(out Memory<byte> datagram, out TransportAddress source);
}
