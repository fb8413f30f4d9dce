using System.Globalization;
using System.Text;

namespace Relay.LoadTest.Reports;

/// <summary>A bar a run, from the top down, in the order they were made; the first target's and the others' in two colours.</summary>
internal static class BarChart
{
    private const int Width = 420;
    private const int Line = 20;
    private const int Bar = 14;
    private const int NameWidth = 105;
    private const int ValueWidth = 70;

    internal static string Make(IReadOnlyList<Row> rows, Column column)
    {
        List<Row> shown = [.. rows.Where(row => column.Value(row) is not null)];
        var most = Math.Max(shown.Max(row => column.Value(row)!.Value), double.Epsilon);
        var chart = new StringBuilder();
        chart.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {shown.Count * Line + 4}\" role=\"img\" ")
            .Append(CultureInfo.InvariantCulture, $"aria-label=\"{HtmlReport.Text(column.Head)}\">");
        foreach (var (index, row) in shown.Index())
        {
            var (y, value) = (index * Line + 2, column.Value(row)!.Value);
            var length = Math.Max(1, value / most * (Width - NameWidth - ValueWidth));
            var (name, text, baseline) = (HtmlReport.Text(TextReport.Name(row)), HtmlReport.Text(column.Format(value)), y + Bar - 3);
            chart.Append(CultureInfo.InvariantCulture, $"<text x=\"{NameWidth - 6}\" y=\"{baseline}\" text-anchor=\"end\">{name}</text>")
                .Append(CultureInfo.InvariantCulture, $"<rect class=\"{Colour(rows, row)}\" x=\"{NameWidth}\" y=\"{y}\" ")
                .Append(CultureInfo.InvariantCulture, $"width=\"{length:0.#}\" height=\"{Bar}\" rx=\"2\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text class=\"value\" x=\"{NameWidth + length + 5:0.#}\" y=\"{baseline}\">{text}</text>");
        }

        return chart.Append("</svg>").ToString();
    }

    /// <summary>The style of a row's marks.</summary>
    internal static string Colour(IReadOnlyList<Row> rows, Row row) => row.Target == rows[0].Target ? "one" : "two";
}
