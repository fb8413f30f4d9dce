namespace Relay.Host.Configuration.Formats;

/// <summary>One word out of a few.</summary>
internal static class ChoiceFormat
{
    internal static Func<string, T> Of<T>(params (string Word, T Value)[] choices)
    {
        var words = choices.Select(c => c.Word).ToArray();
        var expected = $"expected {string.Join(", ", words[..^1])} or {words[^1]}";
        return text =>
        {
            foreach (var (word, value) in choices)
            {
                if (word == text) return value;
            }

            throw new FormatException(expected);
        };
    }

    internal static bool Switch(string text) =>
        bool.TryParse(text, out var value) ? value
        : text switch
        {
            "1" or "on" or "yes" => true,
            "0" or "off" or "no" => false,
            _ => throw new FormatException("expected true or false"),
        };
}
