namespace Relay.Host.Failures;

/// <summary>
/// Ends relayd before it serves. The message is the one line the operator sees: what was wrong, where, and what would
/// be right; the code is the process's exit code.
/// </summary>
internal sealed class StartupException : Exception
{
    internal StartupException(ExitCode code, string line, Exception? cause = null)
        : base(OneLine(line), cause) => Code = code;

    internal ExitCode Code { get; }

    internal static StartupException Usage(string line) => new(ExitCode.Usage, line);

    internal static StartupException Config(string line, Exception? cause = null) => new(ExitCode.Config, line, cause);

    internal static StartupException NoPermission(string line, Exception? cause = null) => new(ExitCode.NoPermission, line, cause);

    internal static StartupException Unavailable(string line, Exception? cause = null) => new(ExitCode.Unavailable, line, cause);

    /// <summary>Texts of others, and values that users typed, may hold line ends and terminal controls; neither reaches the terminal.</summary>
    internal static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Aggregate(new System.Text.StringBuilder(), (line, c) => line.Append(char.IsControl(c) ? '?' : c)).ToString();
}
