using System.Text.Json.Nodes;
using Relay.Deploy.Tests.Files;

namespace Relay.Deploy.Tests.Dashboards;

public sealed class DashboardTests
{
    // Those of Grafana's units that the dashboards use; a misspelt one is shown as plain text.
    private static readonly string[] Units = ["none", "percentunit", "s", "d", "bps", "Bps", "bytes", "pps", "ops", "reqps"];

    private static readonly bool Write = Environment.GetEnvironmentVariable("RELAY_WRITE_DOCS") == "1";

    public static TheoryData<string> Names => [.. Sources().Select(f => Path.GetFileNameWithoutExtension(f)!)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Json_IsMadeOfItsSource(string name)
    {
        var json = DashboardJson.Make(DashboardSource.Load(DeployFiles.At("grafana", name + ".yaml")));
        if (Write) await File.WriteAllTextAsync(Made(name), json);
        Assert.True(json == await File.ReadAllTextAsync(Made(name)), $"{name}.json is not what {name}.yaml makes: RELAY_WRITE_DOCS=1 dotnet test tests/Relay.Deploy.Tests");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Panels_DoNotOverlap_AndFitTheGrid(string name)
    {
        var taken = new HashSet<(int, int)>();
        foreach (var panel in Panels(name, withRows: true))
        {
            var grid = panel["gridPos"]!;
            var (x, y, w, h) = ((int)grid["x"]!, (int)grid["y"]!, (int)grid["w"]!, (int)grid["h"]!);
            Assert.True(w > 0 && h > 0 && x + w <= 24, $"{panel["title"]} is outside of the grid");
            for (var i = x; i < x + w; i++)
            {
                for (var j = y; j < y + h; j++) Assert.True(taken.Add((i, j)), $"{panel["title"]} lies on another panel");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Panels_HaveIdsTitlesUnitsAndSayWhatToDo(string name)
    {
        var panels = Panels(name, withRows: false).ToList();
        Assert.NotEmpty(panels);
        Assert.Equal(panels.Count, panels.Select(p => (int)p["id"]!).Distinct().Count());
        foreach (var panel in panels)
        {
            var title = (string)panel["title"]!;
            Assert.False(string.IsNullOrWhiteSpace(title));
            Assert.True(((string)panel["description"]!).Length > 30, $"{title} does not say what to do");
            Assert.Contains((string)panel["fieldConfig"]!["defaults"]!["unit"]!, Units);
            Assert.Equal("${datasource}", (string?)panel["datasource"]!["uid"]);
            var targets = panel["targets"]!.AsArray();
            Assert.NotEmpty(targets);
            Assert.Equal(targets.Count, targets.Select(t => (string)t!["refId"]!).Distinct().Count());
            Assert.All(targets, t => Assert.Equal("${datasource}", (string?)t!["datasource"]!["uid"]));
        }
    }

    [Fact]
    public void Uids_AreDifferent_AndLinksLeadToOne()
    {
        var dashboards = Names.Select(n => JsonNode.Parse(File.ReadAllText(Made(n.Data)))!).ToList();
        var uids = dashboards.Select(d => (string)d["uid"]!).ToList();
        Assert.Equal(uids.Count, uids.Distinct().Count());
        Assert.Contains("relay-node", uids);
        Assert.Contains(dashboards, d => d.ToJsonString().Contains("/d/relay-node?", StringComparison.Ordinal));
    }

    internal static IEnumerable<string> Sources() => Directory.EnumerateFiles(DeployFiles.At("grafana"), "*.yaml").Order();

    internal static IEnumerable<JsonNode> Panels(string name, bool withRows) =>
        JsonNode.Parse(File.ReadAllText(Made(name)))!["panels"]!.AsArray().Select(p => p!).Where(p => withRows || (string?)p["type"] != "row");

    private static string Made(string name) => DeployFiles.At("grafana", "dashboards", name + ".json");
}
