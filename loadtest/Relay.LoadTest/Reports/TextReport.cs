using System.Globalization;
using System.Text;

namespace Relay.LoadTest.Reports;

/// <summary>A report as a table for a terminal.</summary>
internal static class TextReport
{
    internal static string Make(Report report)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{report.Scenario} on {report.Machine}");
        text.AppendJoin(", ", report.Versions.Select(version => $"{version.Key} {version.Value}")).AppendLine().AppendLine();
        foreach (var line in Table(report.Rows)) text.AppendLine(line);
        if (report.Compare is not { } compare) return text.ToString();
        var ratios = string.Join("  ", compare.Ratios.Select(ratio => ratio.ToString("0.00", CultureInfo.InvariantCulture)));
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"times {compare.Words} as {compare.Against}, pair by pair: {ratios}   median {compare.Median:0.00}");
        return text.ToString();
    }

    private static IEnumerable<string> Table(IReadOnlyList<Row> rows)
    {
        var columns = Columns.Of(rows);
        List<string[]> lines = [["", .. columns.Select(column => column.Head)]];
        lines.AddRange(rows.Select(row => (string[])[Name(row), .. columns.Select(column => column.Text(row))]));
        foreach (var group in rows.GroupBy(row => Name(row)).Where(group => group.Count() > 1))
            lines.Add([$"{group.Key}, median", .. columns.Select(column => column.Median(group))]);
        var widths = Enumerable.Range(0, columns.Count + 1).Select(i => lines.Max(line => line[i].Length)).ToArray();
        return lines.Select(line => string.Join("  ", line.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))));
    }

    internal static string Name(Row row) => row.Part.Length == 0 ? row.Target : $"{row.Target}, {row.Part}";
}
