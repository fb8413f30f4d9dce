namespace Relay.LoadTest.Reports;

/// <summary>The middle of several runs: one that was disturbed does not move it.</summary>
internal static class Medians
{
    internal static double Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>Of those runs that measured it; null when none did.</summary>
    internal static double? Of(IEnumerable<Row> rows, Func<Row, double?> value)
    {
        var measured = rows.Select(value).OfType<double>().ToList();
        return measured.Count == 0 ? null : Of(measured);
    }
}
