using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Relay.Server.Transport;

/// <summary>What the kernel knows of a TCP connection (struct tcp_info in linux/tcp.h). Linux only.</summary>
/// <param name="RoundTrip">The smoothed round trip; zero before the first.</param>
/// <param name="Segments">Segments with data sent so far, those sent again included. Wraps.</param>
/// <param name="Retransmits">Segments sent again so far. Wraps.</param>
/// <param name="Acknowledged">
/// Bytes that the peer's kernel has acknowledged so far, what it has beyond a gap among them: on a line that loses, much may
/// come in there while a segment that is missing is sent again.
/// </param>
internal readonly record struct TcpInfo(TimeSpan RoundTrip, uint Segments, uint Retransmits, long Acknowledged)
{
    private const int LevelTcp = 6;
    private const int Option = 11; // TCP_INFO
    private const int SegmentSizeAt = 16; // tcpi_snd_mss
    private const int BeyondGapAt = 28; // tcpi_sacked, in segments
    private const int RoundTripAt = 68; // tcpi_rtt, in microseconds
    private const int RetransmitsAt = 100; // tcpi_total_retrans
    private const int AcknowledgedAt = 120; // tcpi_bytes_acked
    private const int SegmentsAt = 156; // tcpi_data_segs_out

    /// <summary>Asks for it; null where it is not known.</summary>
    public static TcpInfo? Of(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) return null;
        Span<byte> info = stackalloc byte[SegmentsAt + sizeof(uint)];
        try
        {
            if (socket.GetRawSocketOption(LevelTcp, Option, info) < info.Length) return null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null; // gone meanwhile
        }

        return new TcpInfo(
            TimeSpan.FromMicroseconds(MemoryMarshal.Read<uint>(info[RoundTripAt..])),
            MemoryMarshal.Read<uint>(info[SegmentsAt..]),
            MemoryMarshal.Read<uint>(info[RetransmitsAt..]),
            MemoryMarshal.Read<long>(info[AcknowledgedAt..])
                + (long)MemoryMarshal.Read<uint>(info[BeyondGapAt..]) * MemoryMarshal.Read<uint>(info[SegmentSizeAt..]));
    }
}
