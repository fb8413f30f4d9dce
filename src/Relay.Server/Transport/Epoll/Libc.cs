using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Relay.Server.Transport.Epoll;

/// <summary>The system calls that .NET has no name for. Linux only.</summary>
internal static partial class Libc
{
    internal const int WouldBlock = 11; // EAGAIN
    internal const int Interrupted = 4; // EINTR
    internal const int Peek = 2; // MSG_PEEK
    internal const int NoSignal = 0x4000; // MSG_NOSIGNAL

    internal const int CloseOnExec = 0x80000; // EPOLL_CLOEXEC
    internal const int Add = 1; // EPOLL_CTL_ADD
    internal const int Delete = 2; // EPOLL_CTL_DEL

    internal const uint In = 0x001;
    internal const uint Out = 0x004;
    internal const uint Error = 0x008;
    internal const uint HangUp = 0x010;
    internal const uint PeerClosed = 0x2000; // EPOLLRDHUP
    internal const uint EdgeTriggered = 1u << 31;

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int EpollControl(int epoll, int operation, SafeSocketHandle socket, in byte wanted);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    internal static partial int EpollWait(int epoll, ref byte events, int count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    internal static partial nint Receive(SafeSocketHandle socket, ref byte buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(SafeSocketHandle socket, in byte buffer, nint length, int flags);

    // An address of the family AF_UNSPEC ends a TCP connection with a reset and leaves the descriptor valid.
    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    internal static partial int Disconnect(SafeSocketHandle socket, in UnspecifiedAddress address, int length);
}
