using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Relay.Agent.WireGuard;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Agent.Tests.Up;

/// <summary>WireGuard as the agent sees it: an interface that can be asked and set, and a UDP port with packets of its shape.</summary>
internal sealed class FakeWireGuard : IWireGuard, IDisposable
{
    private readonly ConcurrentDictionary<NodeKey, IPEndPoint?> _endPoints = new();
    private readonly HashSet<string> _seen = [];
    private Socket? _socket;

    public FakeWireGuard(params NodeKey[] peers)
    {
        foreach (var peer in peers) _endPoints[peer] = null;
        Restart();
    }

    public WireGuardException? Refuses { get; set; }

    public int Port => ((IPEndPoint)_socket!.LocalEndPoint!).Port;

    public IPEndPoint? EndPointOf(NodeKey peer) => _endPoints.GetValueOrDefault(peer);

    public void SetPeer(NodeKey peer) => _endPoints[peer] = null;

    public void RemovePeer(NodeKey peer) => _endPoints.TryRemove(peer, out _);

    /// <summary>Another port, and no peer has an address.</summary>
    public void Restart()
    {
        _socket?.Dispose();
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        foreach (var peer in _endPoints.Keys) _endPoints[peer] = null;
    }

    public Task<WireGuardState?> ReadAsync(CancellationToken stop)
    {
        if (Refuses is not null) throw Refuses;
        var dump = $"(none)\t(none)\t{Port}\toff\n" + string.Concat(_endPoints.Select(p => $"{p.Key.ToWireGuard()}\t(none)\t{p.Value?.ToString() ?? "(none)"}\t(none)\t0\t0\t0\toff\n"));
        return Task.FromResult(WireGuardState.Parse(dump));
    }

    public Task SetEndPointAsync(NodeKey peer, IPEndPoint endPoint, CancellationToken stop)
    {
        _endPoints[peer] = endPoint;
        return Task.CompletedTask;
    }

    public Task SendAsync(NodeKey peer, byte[] packet) => SendAsync(EndPointOf(peer)!, packet);

    public Task SendAsync(IPEndPoint to, byte[] packet) => _socket!.SendToAsync(packet, to);

    /// <summary>Sends a packet and waits for it at the other end, without allocating.</summary>
    public void PassThrough(SocketAddress to, byte[] packet, FakeWireGuard other)
    {
        other._socket!.ReceiveTimeout = (int)Eventually.Deadline.TotalMilliseconds;
        _socket!.SendTo(packet, SocketFlags.None, to);
        Span<byte> received = stackalloc byte[2000];
        if (other._socket.Receive(received) != packet.Length) Assert.Fail("not the packet that was sent");
    }

    /// <summary>The next packet. As WireGuard does it throws second copies away: while a path is in doubt packets take two ways.</summary>
    public async Task<(byte[] Packet, IPEndPoint From)> ReceiveAsync()
    {
        while (true)
        {
            var received = await ReceiveAnyAsync();
            if (_seen.Add(Convert.ToHexString(received.Packet))) return received;
        }
    }

    /// <summary>The next packet, a second copy or not.</summary>
    public async Task<(byte[] Packet, IPEndPoint From)> ReceiveAnyAsync()
    {
        var buffer = new byte[2000];
        var received = await Eventually.Done(_socket!.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0)), "a packet for WireGuard");
        return (buffer[..received.ReceivedBytes], (IPEndPoint)received.RemoteEndPoint);
    }

    public static byte[] Packet(byte type, int length, byte fill)
    {
        var packet = new byte[length];
        Array.Fill(packet, fill);
        (packet[0], packet[1], packet[2], packet[3]) = (type, 0, 0, 0);
        return packet;
    }

    public void Dispose() => _socket?.Dispose();
}
