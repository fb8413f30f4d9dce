using System.Net;
using Relay.Protocol.Frames;
using Relay.Stun.Messages;
using Relay.Udp;

namespace Relay.Agent.Up.Data;

/// <summary>
/// Where WireGuard listens on this machine. Its port is asked for; where that may not be done it is learned from what
/// WireGuard sends.
/// </summary>
internal sealed class WireGuardSide
{
    // Replaced as a whole, so that a reader never sees half of a change.
    private volatile Known? _known;

    /// <summary>Called when a local program other than the WireGuard that is known sends something: it may have restarted.</summary>
    internal Action? Doubted { get; set; }

    /// <summary>It may be asked: then a packet alone does not move it.</summary>
    internal bool IsAsked { get; set; }

    internal int? Port => _known?.Port;

    internal void Set(int port)
    {
        if (port != Port) _known = new Known(port);
    }

    /// <summary>WireGuard's address as seen from a peer's socket; false while it is not known.</summary>
    internal bool TryGet(UdpSocket socket, out TransportAddress address)
    {
        var known = _known;
        address = socket.LocalAddress.Family == StunAddressFamily.IPv4 ? known?.IPv4 ?? default : known?.IPv6 ?? default;
        return known is not null;
    }

    /// <summary>Whether a datagram that came to a peer's loopback socket is WireGuard's.</summary>
    internal bool Accepts(in TransportAddress source, ReadOnlySpan<byte> packet)
    {
        if (source.Port == Port) return true;
        if (PacketKinds.Classify(packet) is not (PacketKind.WireGuardData or PacketKind.WireGuardHandshake)) return false;
        if (IsAsked)
        {
            Doubted?.Invoke();
            return false;
        }

        Set(source.Port);
        return true;
    }

    private sealed class Known(int port)
    {
        internal int Port { get; } = port;

        internal TransportAddress IPv4 { get; } = TransportAddress.From(new IPEndPoint(IPAddress.Loopback, port));

        internal TransportAddress IPv6 { get; } = TransportAddress.From(new IPEndPoint(IPAddress.IPv6Loopback, port));
    }
}
