using System.Diagnostics.CodeAnalysis;

namespace Relay.Stun.Tests.Support;

/// <summary>What a test needs and this machine may lack: a reason to skip, but in continuous integration a failure.</summary>
internal static class Missing
{
    [DoesNotReturn]
    internal static void SkipOrFail(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
        Assert.Skip(reason);
    }

    /// <summary>Path of a program, looked up as a shell does.</summary>
    internal static string Tool(string name)
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            var file = Path.Combine(folder, name);
            if (File.Exists(file)) return file;
        }

        SkipOrFail(name + " is not installed (Debian: coturn)");
        return "";
    }
}
