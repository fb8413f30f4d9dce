using Relay.Client;
using Relay.Paths;
using Relay.Protocol.Keys;
using Relay.Udp;

namespace Relay.Agent.Up.Data;

/// <summary>One peer, as the threads that carry its packets see it: its local address, its path, its way through the relays.</summary>
internal sealed class PeerLink(PeerPath path, RelayNetwork relays, UdpSocket socket) : IDisposable
{
    private readonly SocketLoop _loop = new(socket, () => UdpSocket.Bind(socket.LocalAddress.ToIPEndPoint()));

    /// <summary>WireGuard's last handshake, for when the way to the peer opens just after it was sent into the void.</summary>
    internal ParkedHandshake Handshake { get; } = new();

    /// <summary>What of the peer's handshakes WireGuard was given just now.</summary>
    internal CopyFilter Copies { get; } = new();

    internal NodeKey Key => Path.Key;

    internal PeerPath Path { get; } = path;

    internal RelayPeer Relayed { get; } = relays.AddPeer(path.Key);

    /// <summary>Where WireGuard finds the peer.</summary>
    internal UdpSocket Socket => _loop.Socket;

    /// <summary>A packet alone, through a relay.</summary>
    internal void SendRelayed(ReadOnlyMemory<byte> packet)
    {
        if (Relayed.TryPost(packet)) relays.Flush();
    }

    internal void Start(UdpIo io, SendFailed failed, SocketBroke broke, Action<PeerLink, IDatagramReader, IDatagramWriter> receive) =>
        _loop.Start(io, $"peer {Key}", failed, broke, (reader, writer) => receive(this, reader, writer));

    public void Dispose() => _loop.Dispose();
}
