using System.Text.Json.Nodes;

namespace Relay.Deploy.Tests.Dashboards;

/// <summary>One panel.</summary>
internal static class PanelJson
{
    internal static JsonObject Make(PanelSource panel, int id, JsonObject grid, string? empty)
    {
        var json = new JsonObject
        {
            ["id"] = id,
            ["type"] = panel.Type,
            ["title"] = panel.Title,
            ["description"] = panel.Description,
            ["gridPos"] = grid,
            ["datasource"] = DashboardJson.Datasource(),
            ["fieldConfig"] = new JsonObject { ["defaults"] = Defaults(panel), ["overrides"] = panel.Type == "table" ? TableJson.Overrides(panel) : new JsonArray() },
            ["options"] = Options(panel),
            ["targets"] = panel.Type == "table" ? TableJson.Targets(panel) : Targets(panel),
        };
        if (empty is not null) json["fieldConfig"]!["defaults"]!["noValue"] = empty;
        if (panel.Type == "table") json["transformations"] = TableJson.Transformations(panel);
        return json;
    }

    /// <summary>The expression as Grafana has it: @ stands for what is chosen at the top.</summary>
    internal static string Expression(string source) => source.Replace("@", "region=~\"$region\",node=~\"$node\"", StringComparison.Ordinal);

    /// <summary>A, B, C ...</summary>
    internal static string RefId(int index) => ((char)('A' + index)).ToString();

    private static JsonArray Targets(PanelSource panel) => new([.. panel.Queries.Select((query, i) => (JsonNode)new JsonObject
    {
        ["refId"] = RefId(i),
        ["expr"] = Expression(query.Expr),
        ["legendFormat"] = query.Legend,
        ["instant"] = panel.Type == "stat",
        ["range"] = panel.Type != "stat",
        ["datasource"] = DashboardJson.Datasource(),
    })]);

    private static JsonObject Defaults(PanelSource panel)
    {
        var defaults = new JsonObject
        {
            ["unit"] = panel.Unit,
            ["color"] = new JsonObject { ["mode"] = panel.Type == "timeseries" ? "palette-classic" : "thresholds" },
            ["thresholds"] = new JsonObject { ["mode"] = "absolute", ["steps"] = Steps(panel) },
            ["mappings"] = panel.Mappings.Count == 0 ? [] : new JsonArray(new JsonObject
            {
                ["type"] = "value",
                ["options"] = new JsonObject(panel.Mappings.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)new JsonObject { ["text"] = m.Value }))),
            }),
        };
        if (panel.Type != "timeseries") return defaults;
        defaults["min"] = 0;
        if (panel.Max is { } max) defaults["max"] = max;
        defaults["custom"] = new JsonObject
        {
            ["drawStyle"] = "line",
            ["lineWidth"] = 1,
            ["fillOpacity"] = 10,
            ["showPoints"] = "never",
            ["spanNulls"] = false,
            ["thresholdsStyle"] = new JsonObject { ["mode"] = panel.Thresholds.Count > 0 ? "dashed" : "off" },
        };
        return defaults;
    }

    private static JsonArray Steps(PanelSource panel)
    {
        if (panel.Thresholds.Count == 0) return new JsonArray(new JsonObject { ["color"] = "text", ["value"] = null });
        return new JsonArray([.. panel.Thresholds.Select(t => (JsonNode)new JsonObject
        {
            ["color"] = t.Value,
            ["value"] = t.Key == "base" ? null : DashboardJson.Number(t.Key),
        })]);
    }

    // Series by a label are many, and most of them 0: the largest come first.
    private static JsonObject Legend(PanelSource panel) => panel.Queries.Exists(query => query.Legend.Contains("{{", StringComparison.Ordinal))
        ? new JsonObject
        {
            ["displayMode"] = "table",
            ["placement"] = "bottom",
            ["showLegend"] = true,
            ["calcs"] = new JsonArray("lastNotNull", "max"),
            ["sortBy"] = "Max",
            ["sortDesc"] = true,
        }
        : new JsonObject { ["displayMode"] = "list", ["placement"] = "bottom", ["showLegend"] = true };

    private static JsonObject Options(PanelSource panel) => panel.Type switch
    {
        "stat" => new JsonObject
        {
            ["colorMode"] = "value",
            ["graphMode"] = "none",
            ["textMode"] = panel.Text,
            ["justifyMode"] = "auto",
            ["reduceOptions"] = new JsonObject { ["calcs"] = new JsonArray("lastNotNull"), ["fields"] = "", ["values"] = false },
        },
        "table" => new JsonObject { ["showHeader"] = true, ["cellHeight"] = "sm" },
        _ => new JsonObject
        {
            ["legend"] = Legend(panel),
            ["tooltip"] = new JsonObject { ["mode"] = "multi", ["sort"] = "desc", ["hideZeros"] = true },
        },
    };
}
