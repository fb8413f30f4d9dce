using System.Net;
using System.Net.Sockets;

namespace Relay.Testing;

/// <summary>
/// For listeners that cannot take port 0 because others must know the port before. Below the ports that systems choose by
/// themselves, from 32768 on: whoever asks for any port, or connects, does not take it before the listener is there, nor while
/// it is started again.
/// </summary>
public static class FreePort
{
    private const int First = 20_000, Count = 12_000;

    private static int _last = Random.Shared.Next(Count);

    /// <summary>A TCP port on loopback that nobody listens on, and that this process was not given before.</summary>
    public static int Tcp()
    {
        for (var i = 0; i < Count; i++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The next one.
            }
        }

        throw new InvalidOperationException($"no port from {First} to {First + Count - 1} is free on loopback");
    }
}
