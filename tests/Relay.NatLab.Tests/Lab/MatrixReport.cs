using System.Globalization;
using System.Net;
using System.Text;
using Relay.Testing.Namespaces;

namespace Relay.NatLab.Tests.Lab;

/// <summary>The matrix for a person: plain text, and a page.</summary>
internal static class MatrixReport
{
    internal static string Text(IReadOnlyCollection<MatrixCell> cells)
    {
        var text = new StringBuilder();
        text.AppendLine("rows: the first machine's NAT, columns: the second's; ms from both agents running to the first ping / to a direct path both ways");
        var columns = cells.Select(c => c.B).Distinct().Order().ToList();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"",-20}{string.Concat(columns.Select(c => $"{c,-20}"))}");
        foreach (var row in cells.GroupBy(c => c.A).OrderBy(g => g.Key))
            text.AppendLine(CultureInfo.InvariantCulture, $"{row.Key,-20}{string.Concat(row.OrderBy(c => c.B).Select(c => $"{$"{c.FirstPing.TotalMilliseconds:0} / {(c.Direct is { } d ? $"{d.TotalMilliseconds:0}" : "relay")}",-20}"))}");
        return text.ToString();
    }

    internal static string Html(IReadOnlyCollection<MatrixCell> cells)
    {
        var columns = cells.Select(c => c.B).Distinct().Order().ToList();
        var page = new StringBuilder();
        page.Append("""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Relay: NAT matrix</title><style>
            body { font: 15px/1.4 system-ui, sans-serif; margin: 2rem; color: #1c2430; background: #fff; }
            h1 { font-size: 1.3rem; } p { max-width: 46rem; }
            table { border-collapse: collapse; } th, td { padding: .5rem .7rem; border: 1px solid #cfd6df; text-align: left; vertical-align: top; }
            th { font-weight: 600; background: #f3f5f8; } td { min-width: 9.5rem; } small { display: block; color: #4c586a; }
            .direct { background: #e2f4e6; } .relay { background: #fdf0d8; } .wrong { background: #f9d6d5; outline: 2px solid #b3261e; }
            </style></head><body>
            <h1>What becomes of two machines behind two NATs</h1>
            <p>Each cell is a run with a real relay, two real WireGuards and two agents, in network namespaces. Times count from the moment both
            agents run. Green: the path became direct. Yellow: no hole can be punched, and the relay carries on.</p>
            <table><tr><th>first \ second</th>
            """);
        foreach (var column in columns) page.Append(CultureInfo.InvariantCulture, $"<th>{Name(column)}</th>");
        page.Append("</tr>\n");
        foreach (var row in cells.GroupBy(c => c.A).OrderBy(g => g.Key))
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><th>{Name(row.Key)}</th>");
            foreach (var cell in row.OrderBy(c => c.B)) page.Append(Cell(cell));
            page.Append("</tr>\n");
        }

        return page.Append("</table></body></html>\n").ToString();
    }

    private static string Cell(MatrixCell cell)
    {
        var right = cell.Direct is not null == MatrixCell.CanBeDirect(cell.A, cell.B);
        var style = !right ? "wrong" : cell.Direct is not null ? "direct" : "relay";
        var what = cell.Direct is { } direct ? $"direct after {direct.TotalSeconds:0.00} s" : "relay";
        var why = cell.Why.Length > 0 ? $"<small>{WebUtility.HtmlEncode(cell.Why)}</small>" : "";
        return string.Create(CultureInfo.InvariantCulture, $"<td class=\"{style}\">{what}<small>first ping {cell.FirstPing.TotalSeconds:0.00} s, {cell.Lost} lost</small>{why}</td>");
    }

    private static string Name(NatClass nat) => nat switch
    {
        NatClass.FullCone => "full cone",
        NatClass.RestrictedCone => "restricted cone",
        NatClass.PortRestrictedCone => "port-restricted cone",
        NatClass.Masquerade => "masquerade",
        NatClass.AddressDependent => "address-dependent",
        NatClass.Symmetric => "symmetric",
        _ => "UDP blocked",
    };
}
