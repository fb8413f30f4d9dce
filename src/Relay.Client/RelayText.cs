namespace Relay.Client;

/// <summary>Makes text of strangers fit for a message: one line, no control characters, of bounded length.</summary>
internal static class RelayText
{
    internal static string Printable(string text, int limit = 100)
    {
        var cut = text.Length > limit ? text[..limit] + "..." : text;
        return string.Concat(cut.Select(c => char.IsControl(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format ? '?' : c));
    }

    internal static string Seconds(TimeSpan time) =>
        time < TimeSpan.FromSeconds(1) ? $"{time.TotalMilliseconds:0.#} ms" : $"{time.TotalSeconds:0.#} s";
}
