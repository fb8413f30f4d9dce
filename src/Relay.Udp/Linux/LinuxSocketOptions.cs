using System.Net.Sockets;
using System.Runtime.Versioning;
using Relay.Stun.Udp;

namespace Relay.Udp.Linux;

/// <summary>Socket options that .NET has no face for.</summary>
[SupportedOSPlatform("linux")]
internal static class LinuxSocketOptions
{
    internal const int LevelUdp = 17;
    internal const int Segment = 103;
    internal const int Gather = 104;

    private const int LevelSocket = 1, SendBuffer = 7, ReceiveBuffer = 8, SendBufferForce = 32, ReceiveBufferForce = 33;
    private const int MtuDiscoverIPv4 = 10, MtuDiscoverIPv6 = 23;

    // Sets the flag, and ignores what the kernel believes of the path: it is probed for.
    private const int DiscoverByProbing = 3;

    /// <summary>Asks beyond the system's limit first, which needs the right to; else gets as much as there is.</summary>
    internal static void SetBuffers(Socket socket, int size)
    {
        if (!TrySet(socket, LevelSocket, ReceiveBufferForce, size)) TrySet(socket, LevelSocket, ReceiveBuffer, size);
        if (!TrySet(socket, LevelSocket, SendBufferForce, size)) TrySet(socket, LevelSocket, SendBuffer, size);
    }

    internal static void ForbidFragments(Socket socket)
    {
        var (level, option) = socket.AddressFamily == AddressFamily.InterNetwork
            ? (LinuxSocketApi.LevelIPv4, MtuDiscoverIPv4)
            : (LinuxSocketApi.LevelIPv6, MtuDiscoverIPv6);
        TrySet(socket, level, option, DiscoverByProbing);
    }

    /// <summary>Datagrams of one sender may come as one; whether the kernel knows that, and so the same for sending.</summary>
    internal static bool EnableSegments(Socket socket) => TrySet(socket, LevelUdp, Gather, 1);

    internal static void DisableSegments(Socket socket) => TrySet(socket, LevelUdp, Gather, 0);

    /// <summary>Ends receive calls. Answers "not connected" and yet wakes them: on Linux since long ago, and on purpose.</summary>
    internal static void Wake(SafeSocketHandle socket)
    {
        var held = false;
        try
        {
            socket.DangerousAddRef(ref held);
            _ = LinuxSocketApi.Shutdown((int)socket.DangerousGetHandle(), LinuxSocketApi.ShutdownBoth);
        }
        catch (ObjectDisposedException)
        {
            // Closed by another thread, just now: nobody waits for it.
        }
        finally
        {
            if (held) socket.DangerousRelease();
        }
    }

    private static bool TrySet(Socket socket, int level, int option, int value)
    {
        try
        {
            socket.SetRawSocketOption(level, option, BitConverter.GetBytes(value));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
