using System.Globalization;

namespace Relay.Host.Configuration.Formats;

/// <summary>Whole numbers within a range.</summary>
internal static class NumberFormat
{
    internal static Func<string, int> Between(int least, int most) =>
        text => (int)Read(text, least, most);

    internal static Func<string, long> Between(long least, long most) =>
        text => Read(text, least, most);

    private static long Read(string text, long least, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException($"expected a whole number from {least} to {most}");
}
