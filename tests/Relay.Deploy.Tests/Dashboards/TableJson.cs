using System.Text.Json.Nodes;

namespace Relay.Deploy.Tests.Dashboards;

/// <summary>A table with a line a node: one instant query a column, joined by region and node.</summary>
internal static class TableJson
{
    internal static JsonArray Targets(PanelSource panel) => new([.. panel.Columns.Select((column, i) => (JsonNode)new JsonObject
    {
        ["refId"] = PanelJson.RefId(i),
        ["expr"] = $"sum by (region, node) ({PanelJson.Expression(column.Expr)})",
        ["format"] = "table",
        ["instant"] = true,
        ["range"] = false,
        ["datasource"] = DashboardJson.Datasource(),
    })]);

    internal static JsonArray Transformations(PanelSource panel) => new(
        new JsonObject { ["id"] = "merge", ["options"] = new JsonObject() },
        new JsonObject
        {
            ["id"] = "organize",
            ["options"] = new JsonObject
            {
                ["excludeByName"] = new JsonObject { ["Time"] = true },
                ["renameByName"] = new JsonObject(panel.Columns.Select((c, i) => KeyValuePair.Create($"Value #{PanelJson.RefId(i)}", (JsonNode?)c.Title))),
            },
        });

    internal static JsonArray Overrides(PanelSource panel)
    {
        var overrides = panel.Columns.Select(column => (JsonNode)Override(column.Title, Property("unit", column.Unit))).ToList();
        overrides.Add(Override("node", Property("links", new JsonArray(new JsonObject
        {
            ["title"] = "Open the node",
            ["url"] = "/d/relay-node?var-region=${__data.fields.region}&var-node=${__value.raw}&${__url_time_range}",
        }))));
        return new JsonArray([.. overrides]);
    }

    private static JsonObject Override(string name, JsonObject property) => new()
    {
        ["matcher"] = new JsonObject { ["id"] = "byName", ["options"] = name },
        ["properties"] = new JsonArray(property),
    };

    private static JsonObject Property(string id, JsonNode value) => new() { ["id"] = id, ["value"] = value };
}
