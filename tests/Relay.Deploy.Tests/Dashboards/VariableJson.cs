using System.Text.Json.Nodes;

namespace Relay.Deploy.Tests.Dashboards;

/// <summary>What is chosen at the top of a dashboard.</summary>
internal static class VariableJson
{
    internal static IEnumerable<JsonNode> Make(IReadOnlyList<string> names)
    {
        yield return new JsonObject
        {
            ["name"] = "datasource",
            ["label"] = "Data source",
            ["type"] = "datasource",
            ["query"] = "prometheus",
            ["refresh"] = 1,
            ["hide"] = 0,
        };
        foreach (var name in names)
        {
            yield return name switch
            {
                "region" => Label(name, "Region", "label_values(relay_build_info, region)", all: true),
                "node" => Label(name, "Node", "label_values(relay_build_info{region=~\"$region\"}, node)", all: false),
                "capacity" => new JsonObject
                {
                    ["name"] = name,
                    ["label"] = "Rated Mbit/s",
                    ["type"] = "textbox",
                    ["query"] = "1000",
                    ["current"] = new JsonObject { ["text"] = "1000", ["value"] = "1000" },
                    ["hide"] = 0,
                },
                _ => throw new ArgumentException($"no variable {name}", nameof(names)),
            };
        }

        // So that every expression may name both.
        if (!names.Contains("node"))
        {
            yield return new JsonObject
            {
                ["name"] = "node",
                ["type"] = "constant",
                ["query"] = ".*",
                ["current"] = new JsonObject { ["text"] = ".*", ["value"] = ".*" },
                ["hide"] = 2,
            };
        }
    }

    private static JsonObject Label(string name, string title, string query, bool all)
    {
        var variable = new JsonObject
        {
            ["name"] = name,
            ["label"] = title,
            ["type"] = "query",
            ["datasource"] = DashboardJson.Datasource(),
            ["query"] = new JsonObject { ["query"] = query, ["refId"] = name },
            ["definition"] = query,
            ["refresh"] = 2,
            ["sort"] = 1,
            ["hide"] = 0,
            ["multi"] = all,
            ["includeAll"] = all,
        };
        if (all)
        {
            variable["allValue"] = ".*";
            variable["current"] = new JsonObject { ["text"] = "All", ["value"] = "$__all" };
        }

        return variable;
    }
}
