using Relay.Agent.Commands;

namespace Relay.Agent.WireGuard;

/// <summary>A line of a wg-quick file that says something: <c>[Section]</c>, or <c>Name = value</c>.</summary>
/// <param name="Origin">The file.</param>
/// <param name="Number">The line, from 1.</param>
/// <param name="Name">The section's or the setting's name.</param>
/// <param name="NameColumn">Where the name begins, from 1.</param>
/// <param name="Value">The value, trimmed; null for a section.</param>
/// <param name="ValueColumn">Where the value begins, from 1.</param>
internal sealed record ConfigLine(string Origin, int Number, string Name, int NameColumn, string? Value, int ValueColumn)
{
    /// <summary>A fault of the name: <c>wg0.conf:3:1: ...</c></summary>
    internal CommandException WrongName(string what) => At(NameColumn, what);

    /// <summary>A fault of the value, or of a part of it that begins so many characters into it.</summary>
    internal CommandException WrongValue(string what, int offset = 0) => At(ValueColumn + offset, what);

    /// <summary>The parts of a value with commas, with where each begins in it.</summary>
    internal IEnumerable<(string Text, int Offset)> List()
    {
        var start = 0;
        foreach (var part in Value!.Split(','))
        {
            var trimmed = part.TrimStart();
            yield return (trimmed.TrimEnd(), start + part.Length - trimmed.Length);
            start += part.Length + 1;
        }
    }

    private CommandException At(int column, string what) => CommandException.Config($"{Origin}:{Number}:{column}: {what}");
}
