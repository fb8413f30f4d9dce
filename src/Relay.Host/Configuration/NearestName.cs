namespace Relay.Host.Configuration;

/// <summary>Finds what somebody meant who wrote a name that does not exist.</summary>
internal static class NearestName
{
    /// <summary>The candidate with the fewest edits, not counting case, dashes and underscores; null when none is near enough to be meant.</summary>
    internal static string? Of(string written, IEnumerable<string> candidates)
    {
        var plain = Plain(written);
        if (plain.Length is 0 or > 64) return null;
        var best = candidates
            .Select(c => (Name: c, Distance: Distance(plain, Plain(c))))
            .MinBy(c => c.Distance);
        return best.Name is not null && best.Distance <= Math.Max(1, plain.Length / 3) ? best.Name : null;
    }

    private static string Plain(string name) =>
        string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    /// <summary>Edits that turn one into the other: insert, delete, replace.</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
