namespace Relay.LoadTest.Commands;

/// <summary>Ends the program. The message is the one line the user sees: what was wrong, where, and what would be right.</summary>
internal sealed class LoadException(ExitCode code, string line, Exception? cause = null) : Exception(line.ReplaceLineEndings(" "), cause)
{
    internal ExitCode Code { get; } = code;

    internal static LoadException Usage(string line) => new(ExitCode.Usage, line);

    internal static LoadException Unavailable(string line, Exception? cause = null) => new(ExitCode.Unavailable, line, cause);

    internal static LoadException Failed(string line, Exception? cause = null) => new(ExitCode.Failed, line, cause);
}
