using Relay.Agent.Commands;

namespace Relay.Agent.WireGuard;

/// <summary>Cuts a wg-quick file into lines that say something. As wg does, <c>#</c> begins a comment anywhere.</summary>
internal static class ConfigLexer
{
    private const int MaxLine = 8192;

    /// <exception cref="CommandException">A line is neither a section nor a setting.</exception>
    internal static IEnumerable<ConfigLine> Read(string text, string origin)
    {
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            if (raw.Length > MaxLine) throw At(origin, number, MaxLine + 1, $"the line is longer than {MaxLine} characters");
            if (raw.AsSpan().IndexOf('\0') is var zero and >= 0) throw At(origin, number, zero + 1, "a zero byte; a text file was expected");
            var comment = raw.IndexOf('#', StringComparison.Ordinal);
            var line = (comment < 0 ? raw : raw[..comment]).TrimEnd();
            var start = line.Length - line.TrimStart().Length;
            if (start < line.Length) yield return line[start] == '[' ? Section(line, start, origin, number) : Setting(line, start, origin, number);
        }
    }

    private static ConfigLine Section(string line, int start, string origin, int number)
    {
        if (line[^1] != ']') throw At(origin, number, line.Length, "the section's name does not end in ]; [Interface] or [Peer] was expected");
        return new ConfigLine(origin, number, line[(start + 1)..^1].Trim(), start + 1, null, 0);
    }

    private static ConfigLine Setting(string line, int start, string origin, int number)
    {
        var equals = line.IndexOf('=', start);
        if (equals < 0) throw At(origin, number, start + 1, $"\"{line[start..]}\" has no =; [Interface], [Peer] or Name = value was expected");
        var name = line[start..equals].TrimEnd();
        if (name.Length == 0) throw At(origin, number, start + 1, "there is no name before the =; Name = value was expected");
        var value = line[(equals + 1)..].TrimStart();
        if (value.Length == 0) throw At(origin, number, equals + 2, $"{name} has no value");
        return new ConfigLine(origin, number, name, start + 1, value, line.Length - value.Length + 1);
    }

    private static CommandException At(string origin, int line, int column, string what) => CommandException.Config($"{origin}:{line}:{column}: {what}");
}
