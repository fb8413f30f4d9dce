using System.Globalization;

namespace Relay.LoadTest.Commands;

/// <summary>Processors as taskset takes them: <c>0</c>, <c>0,2</c>, <c>0-3</c>.</summary>
internal static class ProcessorList
{
    private const int Most = 1024;

    internal static IReadOnlyList<int> Parse(string option, string? text)
    {
        if (text is null) return [];
        var found = new List<int>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-').Select(end => int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : Most).ToArray();
            if (ends.Length > 2 || ends.Any(end => end >= Most) || ends[0] > ends[^1])
                throw LoadException.Usage($"{option} {text}: expected processors, such as 0 or 0,2-3");
            found.AddRange(Enumerable.Range(ends[0], ends[^1] - ends[0] + 1));
        }

        return found;
    }
}
