namespace Relay.Host.Tests.Support;

internal static class Unix
{
    /// <summary>Where there are file modes.</summary>
    internal static void Require()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("file modes are a Unix matter");
    }

    internal static UnixFileMode Mode(string path)
    {
        Require();
#pragma warning disable CA1416 // Skipped above.
        return File.GetUnixFileMode(path);
    }

    internal static void SetMode(string path, UnixFileMode mode)
    {
        Require();
        File.SetUnixFileMode(path, mode);
#pragma warning restore CA1416
    }
}
