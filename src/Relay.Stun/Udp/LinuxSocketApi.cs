using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Relay.Stun.Udp;

/// <summary>
/// The few calls and constants of Linux that .NET has no face for. Layouts are those of the C library, glibc and musl, 32
/// and 64 bit; the constants are the same on every processor that .NET runs on.
/// </summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxSocketApi
{
    internal const int Interrupted = 4;
    internal const int TryAgain = 11;

    internal const int MsgTruncated = 0x20;
    internal const int MsgDontWait = 0x40;
    internal const int MsgWaitForOne = 0x10000;

    internal const int BadSocket = 9;

    internal const int ShutdownBoth = 2;

    internal const int LevelIPv4 = 0;
    internal const int PacketInfoIPv4 = 8;
    internal const int LevelIPv6 = 41;
    internal const int ReceivePacketInfoIPv6 = 49;
    internal const int PacketInfoIPv6 = 50;

    internal const ushort FamilyIPv4 = 2;
    internal const ushort FamilyIPv6 = 10;

    /// <summary>
    /// Whether the calls for many datagrams are there: some sandboxes and old kernels do not know them, or forbid them. Asked
    /// with a socket that cannot be, which whoever does know them says.
    /// </summary>
    internal static bool CanBatch()
    {
        try
        {
            Span<Message> none = [default];
            return ReceiveMany(-1, none, 1, MsgDontWait, 0) < 0 && Marshal.GetLastPInvokeError() == BadSocket
                && SendMany(-1, none, 1, MsgDontWait) < 0 && Marshal.GetLastPInvokeError() == BadSocket;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    internal static partial int ReceiveMany(int socket, Span<Message> messages, uint count, int flags, nint timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    internal static partial int SendMany(int socket, ReadOnlySpan<Message> messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    internal static partial int Shutdown(int socket, int how);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Buffer
    {
        internal nint Start;
        internal nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Header
    {
        internal nint Name;
        internal uint NameLength;
        internal nint Buffers;
        internal nuint BufferCount;
        internal nint Control;
        internal nuint ControlLength;
        internal int Flags;
    }

    /// <summary>struct mmsghdr: the header, which ends in padding, and the length that was received.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Message
    {
        internal Header Header;
        internal uint Length;
    }
}
