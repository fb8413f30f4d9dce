using System.Runtime.InteropServices;

namespace Relay.Host.Files;

/// <summary>A second name for a file: of several that want to give the same one, the system lets one.</summary>
internal static partial class HardLink
{
    private const int AlreadyExists = 17; // EEXIST, of Linux and macOS

    /// <summary>Gives the file this name as well. False where that cannot be done, as on a file system without second names.</summary>
    /// <exception cref="IOException">Something has that name.</exception>
    internal static bool TryMake(string file, string name)
    {
        if (OperatingSystem.IsWindows()) return false;
        if (Link(file, name) == 0) return true;
        return Marshal.GetLastPInvokeError() != AlreadyExists ? false : throw new IOException("there is something of that name");
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string file, string name);
}
