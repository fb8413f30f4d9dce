using System.CommandLine;
using Relay.Agent.Commands;

namespace Relay.Agent.Status;

/// <summary>Where an agent's control socket is: in the runtime directory, under the name of its interface.</summary>
internal static class ControlPaths
{
    private const string Suffix = ".sock";

    // Another user's folder is passed over.
    private static readonly EnumerationOptions Readable = new() { IgnoreInaccessible = true, AttributesToSkip = 0 };

    // struct sockaddr_un holds 108 bytes, on some systems 104.
    private const int MaxLength = 103;

    internal static Option<string?> Option() => new("--control")
    {
        Description = "The agent's control socket. Default: INTERFACE.sock in /run/relay, or in the user's runtime directory.",
        HelpName = "PATH",
    };

    internal static string For(string device, string? given, IReadOnlyDictionary<string, string> variables)
    {
        var path = given ?? Path.Combine(OwnFolders(variables)[0], device + Suffix);
        return path.Length <= MaxLength ? path : throw CommandException.Usage($"--control {path}: longer than {MaxLength} characters, which no system takes");
    }

    /// <summary>The sockets that there are.</summary>
    internal static IReadOnlyList<string> Find(IReadOnlyDictionary<string, string> variables) =>
        [.. OwnFolders(variables).Concat(Others()).Distinct().Where(Directory.Exists).SelectMany(f => Directory.EnumerateFiles(f, "*" + Suffix, Readable)).Order(StringComparer.Ordinal)];

    // Root's, and those of the service unit's agents.
    private static string[] Others() => OperatingSystem.IsLinux() ? ["/run/relay", .. Directory.GetDirectories("/run", "relay-agent-*", Readable)] : [];

    // systemd gives a service its own; root has one; a user has one while logged in; elsewhere there is the temporary folder.
    private static List<string> OwnFolders(IReadOnlyDictionary<string, string> variables)
    {
        var folders = new List<string>();
        if (variables.GetValueOrDefault("RUNTIME_DIRECTORY") is { Length: > 0 } given) folders.Add(given.Split(':')[0]);
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess) folders.Add("/run/relay");
        if (variables.GetValueOrDefault("XDG_RUNTIME_DIR") is { Length: > 0 } runtime) folders.Add(Path.Combine(runtime, "relay"));
        folders.Add(Path.Combine(Path.GetTempPath(), $"relay-{Environment.UserName}"));
        return folders;
    }
}
