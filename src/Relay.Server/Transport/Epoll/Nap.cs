using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Relay.Server.Transport.Epoll;

/// <summary>Sleeps for microseconds, which .NET's own ways round up to milliseconds. Linux only.</summary>
internal static partial class Nap
{
    private const int SetTimerSlack = 29; // PR_SET_TIMERSLACK
    private static readonly long PerSecond = Stopwatch.Frequency;

    /// <summary>Makes naps of the calling thread exact; otherwise the kernel may add 50 µs.</summary>
    public static void BeExact() => _ = ProcessControl(SetTimerSlack, 1, 0, 0, 0);

    /// <summary>Sleeps for so many stopwatch ticks, less than a second.</summary>
    public static void Take(long ticks)
    {
        var time = new TimeSpec { Nanoseconds = (nint)(ticks * 1_000_000_000 / PerSecond) };
        _ = NanoSleep(in time, 0);
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in TimeSpec time, nint remaining);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nuint value, nuint unused1, nuint unused2, nuint unused3);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
