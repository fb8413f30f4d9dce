using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;

namespace Relay.LoadTest.Reports;

/// <summary>A report as one page that needs nothing else: charts first, then all figures.</summary>
internal static class HtmlReport
{
    private const string LatencyCaption =
        "How long packets took, from the time they were due, by percentile. A line is a run; both scales are logarithmic.";

    internal static string Make(Report report)
    {
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">")
            .Append(CultureInfo.InvariantCulture, $"<title>relay-load: {Text(report.Scenario)}</title><style>{Style()}</style></head><body>\n")
            .Append(CultureInfo.InvariantCulture, $"<h1>{Text(report.Scenario)}</h1>\n<p class=\"note\">{Text(report.Machine.ToString())}</p>\n");
        AppendComparison(page, report);
        AppendFigures(page, report);
        AppendTable(page, report.Rows);
        page.Append(CultureInfo.InvariantCulture, $"<h2>Again</h2>\n<p><code>{Text(report.Command)}</code></p>\n")
            .Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Text(With(report))}</p>\n</body></html>\n");
        return page.ToString();
    }

    /// <summary>Makes any text harmless in a page.</summary>
    internal static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string With(Report report) => string.Join(" · ", report.Versions.Select(version => $"{version.Key}: {version.Value}"));

    private static void AppendComparison(StringBuilder page, Report report)
    {
        if (report.Compare is not { } compare) return;
        page.Append(CultureInfo.InvariantCulture, $"<h2>Against {Text(compare.Against)}</h2>\n<p><span class=\"big\">{compare.Median:0.00} ×</span> ")
            .Append(CultureInfo.InvariantCulture, $"{compare.Words}, the median of {compare.Ratios.Count} pairs of runs made in turn: ")
            .AppendJoin(" · ", compare.Ratios.Select(ratio => ratio.ToString("0.00", CultureInfo.InvariantCulture))).Append("</p>\n");
    }

    private static void AppendFigures(StringBuilder page, Report report)
    {
        page.Append("<div class=\"figures\">\n");
        foreach (var column in Columns.Of(report.Rows).Where(column => Charted.Contains(column.Head)))
            AppendFigure(page, column.Head, column.Meaning + ". Each bar is a run.", BarChart.Make(report.Rows, column));
        if (report.Rows.Any(row => row.Curve.Count > 0))
            AppendFigure(page, "Latency", LatencyCaption, CurveChart.Make(report.Rows));
        page.Append("</div>\n");
    }

    private static readonly string[] Charted = ["per CPU s", "delivered/s", "CPU each", "bytes/idle", "Jain", "disco p99"];

    private static void AppendFigure(StringBuilder page, string title, string caption, string chart) =>
        page.Append(CultureInfo.InvariantCulture, $"<figure><h2>{Text(title)}</h2><figcaption>{Text(caption)}</figcaption>{chart}</figure>\n");

    private static void AppendTable(StringBuilder page, IReadOnlyList<Row> rows)
    {
        var columns = Columns.Of(rows);
        page.Append("<h2>All figures</h2>\n<div class=\"table\"><table><tr><th></th>");
        foreach (var column in columns) page.Append(CultureInfo.InvariantCulture, $"<th title=\"{Text(column.Meaning)}\">{Text(column.Head)}</th>");
        page.Append("</tr>\n");
        foreach (var row in rows) AppendLine(page, "", TextReport.Name(row), columns.Select(column => column.Text(row)));
        foreach (var group in rows.GroupBy(TextReport.Name).Where(group => group.Count() > 1))
            AppendLine(page, " class=\"median\"", $"{group.Key}, median", columns.Select(column => column.Median(group)));
        page.Append("</table></div>\n");
    }

    private static void AppendLine(StringBuilder page, string style, string name, IEnumerable<string> cells)
    {
        page.Append(CultureInfo.InvariantCulture, $"<tr{style}><td>{Text(name)}</td>");
        foreach (var cell in cells) page.Append(CultureInfo.InvariantCulture, $"<td>{Text(cell)}</td>");
        page.Append("</tr>\n");
    }

    private static string Style()
    {
        using var file = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("report.css")!);
        return file.ReadToEnd();
    }
}
