using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Relay.Server.Transport;

/// <summary>What the kernel knows of a TCP connection (struct tcp_info in linux/tcp.h). Linux only.</summary>
internal static class TcpInfo
{
    private const int LevelTcp = 6;
    private const int Option = 11; // TCP_INFO
    private const int RoundTripAt = 68; // tcpi_rtt, in microseconds

    /// <summary>The smoothed round trip; null where it is not known.</summary>
    public static TimeSpan? RoundTrip(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) return null;
        Span<byte> info = stackalloc byte[RoundTripAt + sizeof(uint)];
        try
        {
            if (socket.GetRawSocketOption(LevelTcp, Option, info) < info.Length) return null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null; // gone meanwhile
        }

        var microseconds = MemoryMarshal.Read<uint>(info[RoundTripAt..]);
        return microseconds == 0 ? null : TimeSpan.FromMicroseconds(microseconds);
    }
}
