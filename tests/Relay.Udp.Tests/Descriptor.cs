using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Relay.Udp.Tests;

/// <summary>Takes a socket away from under the program, as nothing but a system in trouble does.</summary>
internal static partial class Descriptor
{
    /// <summary>The number stays taken, so that no other test's descriptor gets it; behind it is no socket any more.</summary>
    public static void Ruin(SafeSocketHandle socket)
    {
        using var file = File.OpenHandle("/dev/null");
        Assert.NotEqual(-1, Duplicate(file, socket));
    }

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Duplicate(SafeHandle from, SafeHandle to);
}
