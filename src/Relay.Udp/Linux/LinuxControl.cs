using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using static Relay.Udp.Linux.LinuxSocketOptions;

namespace Relay.Udp.Linux;

/// <summary>The control message that says into how long pieces a message is to be cut, or was gathered from.</summary>
[SupportedOSPlatform("linux")]
internal static class LinuxControl
{
    internal const int MaxSize = 24;

    // struct cmsghdr: length (a word), level, type; the data aligned to a word.
    private static int Header => IntPtr.Size + 8;

    internal static int Size => Header + IntPtr.Size;

    internal static void WriteSegment(Span<byte> control, ushort segment)
    {
        control[..Size].Clear();
        MemoryMarshal.Write(control, (nint)(Header + sizeof(ushort)));
        MemoryMarshal.Write(control[IntPtr.Size..], LevelUdp);
        MemoryMarshal.Write(control[(IntPtr.Size + 4)..], Segment);
        MemoryMarshal.Write(control[Header..], segment);
    }

    /// <summary>The length of each piece but the last; 0 when it is one datagram.</summary>
    internal static int ReadSegment(ReadOnlySpan<byte> control)
    {
        if (control.Length < Header + sizeof(int)) return 0;
        var (level, type) = (MemoryMarshal.Read<int>(control[IntPtr.Size..]), MemoryMarshal.Read<int>(control[(IntPtr.Size + 4)..]));
        return level == LevelUdp && type == Gather ? Math.Max(0, MemoryMarshal.Read<int>(control[Header..])) : 0;
    }
}
