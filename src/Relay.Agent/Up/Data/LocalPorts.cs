using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Relay.Protocol.Keys;
using Relay.Udp;

namespace Relay.Agent.Up.Data;

/// <summary>
/// The loopback address where a peer is to be found. Its port follows from the two keys, so that it is the same after a
/// restart of the agent, and WireGuard need not be told again.
/// </summary>
internal static class LocalPorts
{
    private const int First = 42_000, Count = 18_000, Tries = 32;

    /// <summary>Binds it, on IPv4 loopback, or IPv6 where there is no other.</summary>
    /// <exception cref="SocketException">Neither can be bound.</exception>
    internal static UdpSocket Bind(NodeKey self, NodeKey peer)
    {
        Span<byte> keys = stackalloc byte[2 * NodeKey.Size];
        self.CopyTo(keys);
        peer.CopyTo(keys[NodeKey.Size..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(keys, hash);
        var start = (int)(BinaryPrimitives.ReadUInt32BigEndian(hash) % Count);
        var loopback = HasIPv4() ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        for (var i = 0; i < Tries; i++)
        {
            try
            {
                return UdpSocket.Bind(new IPEndPoint(loopback, First + ((start + i) % Count)));
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another peer's or another program's: the next one.
            }
        }

        return UdpSocket.Bind(new IPEndPoint(loopback, 0));
    }

    private static bool HasIPv4()
    {
        try
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
