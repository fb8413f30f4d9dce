using System.Text.Json;

namespace Relay.Protocol.Map;

/// <summary>Says in one line where a DERP map went wrong, in the words of the format instead of those of .NET.</summary>
internal static class DerpMapFault
{
    private const int MaxText = 160;

    private const string WrongType = "could not be converted to ";

    internal static string Describe(JsonException fault)
    {
        var line = fault.LineNumber is { } number ? $" at line {number + 1}" : "";
        var path = fault.Path is { Length: > 0 } place ? $", {OneLine(place)}" : "";
        return $"the DERP map is not valid{line}{path}: {What(fault.Message)}";
    }

    /// <summary>Input that is quoted in a message: cut, and without what would break the line or steer a terminal.</summary>
    internal static string OneLine(string text)
    {
        var cut = text.Length > MaxText ? string.Concat(text.AsSpan(0, MaxText), "...") : text;
        return string.Create(cut.Length, cut, static (line, from) =>
        {
            for (var i = 0; i < line.Length; i++) line[i] = char.IsControl(from[i]) || from[i] is '\u2028' or '\u2029' ? '?' : from[i];
        });
    }

    private static string What(string message)
    {
        var type = message.IndexOf(WrongType, StringComparison.Ordinal);
        return type < 0 ? OneLine(message.Split(" Path:")[0]) : Expected(message.AsSpan(type + WrongType.Length));
    }

    private static string Expected(ReadOnlySpan<char> type)
    {
        if (type.StartsWith("System.Int32", StringComparison.Ordinal)) return "a whole number was expected";
        if (type.StartsWith("System.Double", StringComparison.Ordinal)) return "a number was expected";
        if (type.StartsWith("System.Boolean", StringComparison.Ordinal)) return "true or false was expected";
        if (type.StartsWith("System.String", StringComparison.Ordinal)) return "a text in quotes was expected";
        if (type.StartsWith("System.Collections.Generic.IReadOnlyList", StringComparison.Ordinal)) return "an array was expected";
        return "an object was expected";
    }
}
