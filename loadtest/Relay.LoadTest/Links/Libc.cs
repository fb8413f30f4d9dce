using System.Runtime.InteropServices;

namespace Relay.LoadTest.Links;

/// <summary>The system calls that .NET has no name for. Linux only, as is the whole tool: it reads /proc.</summary>
internal static partial class Libc
{
    internal const int Interrupted = 4; // EINTR
    internal const int WouldBlock = 11; // EAGAIN
    internal const int NoSignal = 0x4000; // MSG_NOSIGNAL

    internal const int CloseOnExec = 0x80000; // EPOLL_CLOEXEC
    internal const int Add = 1; // EPOLL_CTL_ADD
    internal const int Delete = 2; // EPOLL_CTL_DEL
    internal const int Modify = 3; // EPOLL_CTL_MOD
    internal const uint In = 0x001;
    internal const uint Out = 0x004;

    private const int SetTimerSlack = 29; // PR_SET_TIMERSLACK

    /// <summary>Makes waits of the calling thread exact; otherwise the kernel may add 50 µs.</summary>
    internal static void WaitExactly() => _ = ProcessControl(SetTimerSlack, 1, 0, 0, 0);

    /// <summary>Keeps the calling thread on these processors. False when there are no such ones.</summary>
    internal static bool PinThisThread(IEnumerable<int> processors)
    {
        var mask = new ulong[16];
        foreach (var processor in processors) mask[processor / 64] |= 1ul << (processor % 64);
        return SetAffinity(0, mask.Length * sizeof(ulong), mask) == 0;
    }

    /// <summary>Whether this program may run on each of these processors. Tried with a thread that is of no other use.</summary>
    internal static bool HasAll(IReadOnlyList<int> processors)
    {
        var all = false;
        var trying = new Thread(() => all = processors.All(one => PinThisThread([one])));
        trying.Start();
        trying.Join();
        return all;
    }

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    internal static partial nint Receive(int socket, ref byte buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(int socket, in byte buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int EpollControl(int epoll, int operation, int socket, in byte wanted);

    [LibraryImport("libc", EntryPoint = "epoll_pwait2", SetLastError = true)]
    internal static partial int EpollWait(int epoll, ref byte events, int count, in TimeSpec timeout, nint signals);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nint size, ulong[] mask);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nuint value, nuint unused1, nuint unused2, nuint unused3);

    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeSpec
    {
        internal nint Seconds;
        internal nint Nanoseconds;
    }
}
