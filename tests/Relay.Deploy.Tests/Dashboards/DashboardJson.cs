using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Relay.Deploy.Tests.Dashboards;

/// <summary>Makes Grafana's JSON of a dashboard's source.</summary>
internal static class DashboardJson
{
    private const int GridWidth = 24;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Make(DashboardSource source)
    {
        var panels = new JsonArray();
        var (id, y) = (0, 0);
        foreach (var row in source.Rows)
        {
            panels.Add(new JsonObject
            {
                ["id"] = ++id,
                ["type"] = "row",
                ["title"] = row.Title,
                ["collapsed"] = false,
                ["panels"] = new JsonArray(),
                ["gridPos"] = Grid(0, y++, GridWidth, 1),
            });
            var (x, high) = (0, 0);
            foreach (var panel in row.Panels)
            {
                var height = panel.Height > 0 ? panel.Height : panel.Type == "stat" ? 4 : 8;
                if (x + panel.Width > GridWidth) (x, y, high) = (0, y + high, 0);
                panels.Add(PanelJson.Make(panel, ++id, Grid(x, y, panel.Width, height), row.Empty));
                (x, high) = (x + panel.Width, Math.Max(high, height));
            }

            y += high;
        }

        var dashboard = new JsonObject
        {
            ["uid"] = source.Uid,
            ["title"] = source.Title,
            ["description"] = source.Description,
            ["tags"] = new JsonArray("relay"),
            ["schemaVersion"] = 39,
            ["editable"] = true,
            ["graphTooltip"] = 1,
            ["refresh"] = "30s",
            ["time"] = new JsonObject { ["from"] = "now-3h", ["to"] = "now" },
            ["timezone"] = "browser",
            ["links"] = new JsonArray(new JsonObject
            {
                ["type"] = "dashboards",
                ["tags"] = new JsonArray("relay"),
                ["title"] = "Relay",
                ["asDropdown"] = false,
                ["keepTime"] = true,
                ["includeVars"] = true,
            }),
            ["templating"] = new JsonObject { ["list"] = new JsonArray([.. VariableJson.Make(source.Variables)]) },
            ["panels"] = panels,
        };
        return dashboard.ToJsonString(Indented) + "\n";
    }

    internal static JsonObject Datasource() => new() { ["type"] = "prometheus", ["uid"] = "${datasource}" };

    internal static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static JsonObject Grid(int x, int y, int width, int height) => new() { ["x"] = x, ["y"] = y, ["w"] = width, ["h"] = height };
}
