using Relay.Client;

namespace Relay.Agent.Commands;

/// <summary>
/// Ends a command. The message is the one line the user sees: what was wrong, where, and what would be right; the code is
/// the process's exit code.
/// </summary>
internal sealed class CommandException(ExitCode code, string line, Exception? cause = null) : Exception(OneLine(line), cause)
{
    internal ExitCode Code { get; } = code;

    internal static CommandException Usage(string line) => new(ExitCode.Usage, line);

    internal static CommandException Config(string line, Exception? cause = null) => new(ExitCode.Config, line, cause);

    internal static CommandException Unavailable(string line, Exception? cause = null) => new(ExitCode.Unavailable, line, cause);

    internal static CommandException NoPermission(string line, Exception? cause = null) => new(ExitCode.NoPermission, line, cause);

    /// <summary>A relay that cannot be used: not admitted is a matter of permission, all else of reach.</summary>
    internal static CommandException From(RelayException e) =>
        e.Error == RelayError.Rejected ? NoPermission(e.Message, e) : Unavailable(e.Message, e);

    /// <summary>Texts of others may hold line ends and terminal controls; neither reaches the terminal.</summary>
    internal static string OneLine(string text) => new([.. text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '?' : c)]);
}
