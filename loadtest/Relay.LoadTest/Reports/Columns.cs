using System.Globalization;

namespace Relay.LoadTest.Reports;

/// <summary>The columns of tables, for terminals and for pages.</summary>
internal static class Columns
{
    internal static IReadOnlyList<Column> All { get; } =
    [
        new("offered/s", "Packets, connections or questions that were due in a second", row => row.OfferedPps, Whole),
        new("delivered/s", "Packets that arrived, connections that were made, or questions that were answered, in a second", row => row.DeliveredPps, Whole),
        new("Mbit/s", "Bytes that arrived, frames with their headers", row => row.DeliveredMbitS, Whole),
        new("loss", "Part of those offered that did not arrive", row => row.Loss, Percent),
        new("p50", "Half took at most so long", row => row.P50, Time),
        new("p90", "90 of 100 took at most so long", row => row.P90, Time),
        new("p99", "99 of 100 took at most so long", row => row.P99, Time),
        new("p99.9", "999 of 1000 took at most so long", row => row.P999, Time),
        new("max", "The slowest", row => row.Max, Time),
        new("disco p99", "99 of 100 discovery packets took at most so long", row => row.DiscoP99Us, Time),
        new("Jain", "How fairly it was shared: 1 is perfectly", row => row.Jain, Number("0.000")),
        new("CPU s", "CPU seconds of the server", row => row.ServerCpuS, Number("0.00")),
        new("of it system", "In the kernel", row => row.ServerCpuSystemS, Number("0.00")),
        new("per CPU s", "Packets, connections or answers per CPU second of the server", row => row.PacketsPerCpuS, Whole),
        new("CPU each", "CPU time of the server for each packet, connection or answer", row => row.CpuUsEach, Time),
        new("RSS MB", "Memory of the server in RAM", row => row.ServerRssBytes / 1e6, Number("0.0")),
        new("bytes/idle", "Memory for each idle client", row => row.BytesPerIdleClient, Whole),
        new("generator", "Part of the machine's processors that the generator took", row => row.GeneratorShare, Percent),
    ];

    /// <summary>Those in which any of the rows has something.</summary>
    internal static IReadOnlyList<Column> Of(IReadOnlyList<Row> rows) => [.. All.Where(column => rows.Any(row => column.Value(row) is not null))];

    internal static string Whole(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    internal static string Percent(double value) => value.ToString(value is > 0 and < 0.001 ? "0.0000 %" : "0.0 %", CultureInfo.InvariantCulture);

    /// <summary>Microseconds with a unit that fits.</summary>
    internal static string Time(double microseconds) => microseconds switch
    {
        < 1_000 => microseconds.ToString("0.0", CultureInfo.InvariantCulture) + " µs",
        < 1_000_000 => (microseconds / 1_000).ToString("0.00", CultureInfo.InvariantCulture) + " ms",
        _ => (microseconds / 1_000_000).ToString("0.00", CultureInfo.InvariantCulture) + " s",
    };

    private static Func<double, string> Number(string format) => value => value.ToString(format, CultureInfo.InvariantCulture);
}
