using System.Globalization;
using System.Text;

namespace Relay.LoadTest.Reports;

/// <summary>Latency by percentile: to the right the nines, upwards the time, both logarithmic.</summary>
internal static class CurveChart
{
    private const int Width = 420;
    private const int Height = 220;
    private const int Left = 52;
    private const int Bottom = 22;
    private const int Top = 8;
    private const int LegendLine = 16;

    private static readonly (double Percent, string Label)[] Nines = [(0, "0"), (50, "50 %"), (90, "90 %"), (99, "99 %"), (99.9, "99.9 %"), (99.99, "99.99 %")];

    internal static string Make(IReadOnlyList<Row> rows)
    {
        List<Row> shown = [.. rows.Where(row => row.Curve.Count > 0)];
        var lowest = Math.Floor(Math.Log10(shown.Min(row => row.Curve.Min(point => point.Microseconds))));
        var highest = Math.Max(lowest + 1, Math.Ceiling(Math.Log10(shown.Max(row => row.Curve.Max(point => point.Microseconds)))));
        List<string> parts = [.. shown.Select(row => row.Part).Distinct()];
        List<Row> named = [.. shown.DistinctBy(TextReport.Name)];
        var chart = new StringBuilder($"<svg viewBox=\"0 0 {Width} {Height + named.Count * LegendLine}\" role=\"img\" aria-label=\"latency by percentile\">");
        for (var power = lowest; power <= highest; power++)
        {
            var y = Y(Math.Pow(10, power));
            chart.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{Unit(Math.Pow(10, power))}</text>");
        }

        foreach (var (percent, label) in Nines)
            chart.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(percent):0.#}\" y=\"{Height - 6}\" text-anchor=\"middle\">{label}</text>");
        foreach (var row in shown)
        {
            chart.Append(CultureInfo.InvariantCulture, $"<path class=\"{Style(row)} faint\" d=\"");
            foreach (var (i, point) in row.Curve.Index())
                chart.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{X(point.Percent):0.#},{Y(point.Microseconds):0.#} ");
            chart.Append(CultureInfo.InvariantCulture, $"\"><title>{HtmlReport.Text(TextReport.Name(row))}</title></path>");
        }

        foreach (var (index, row) in named.Index())
        {
            var y = Height + index * LegendLine + 4;
            chart.Append(CultureInfo.InvariantCulture, $"<path class=\"{Style(row)}\" d=\"M{Left},{y} h26\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + 32}\" y=\"{y + 4}\">{HtmlReport.Text(TextReport.Name(row))}</text>");
        }

        return chart.Append("</svg>").ToString();

        // Targets have colours, parts of a scenario their dashes.
        string Style(Row row) => string.Create(CultureInfo.InvariantCulture, $"{BarChart.Colour(rows, row)} part{parts.IndexOf(row.Part)}");

        double Y(double microseconds) => Top + (highest - Math.Log10(microseconds)) / (highest - lowest) * (Height - Bottom - Top);
    }

    // One step for each nine; what is beyond 99.99 % stands at the right edge.
    private static double X(double percent) => Left + 8 + Math.Min(4, -Math.Log10(Math.Max(1 - percent / 100, 1e-9))) / 4 * (Width - Left - 36);

    private static string Unit(double microseconds) => microseconds switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{microseconds} µs"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1_000} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1_000_000} s"),
    };
}
