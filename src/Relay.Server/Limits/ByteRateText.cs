using System.Globalization;

namespace Relay.Server.Limits;

/// <summary>Rates as operators write them: <c>50Mbit</c>, <c>800kbit</c>, <c>6MB</c>, or bytes a second as a bare number.</summary>
public static class ByteRateText
{
    /// <summary>What to write, for messages.</summary>
    public const string Expected = "expected a rate such as 50Mbit, 6MB or 6000000 (bytes a second)";

    // Units are those of networks: powers of 1000, a second.
    private static readonly (string Unit, double Bytes)[] Units =
    [
        ("kbit", 1e3 / 8), ("Mbit", 1e6 / 8), ("Gbit", 1e9 / 8), ("bit", 1.0 / 8),
        ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("B", 1),
        ("", 1),
    ];

    /// <summary>Reads it; from 1 byte to 1 TB a second.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long bytesPerSecond)
    {
        bytesPerSecond = 0;
        foreach (var (unit, bytes) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            if (!double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
            var rate = number * bytes;
            if (rate is not (>= 1 and <= 1e12)) return false;
            bytesPerSecond = (long)rate;
            return true;
        }

        return false;
    }
}
