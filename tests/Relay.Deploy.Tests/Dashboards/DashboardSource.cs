using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Relay.Deploy.Tests.Dashboards;

/// <summary>A dashboard as it is written by hand: <c>deploy/grafana/*.yaml</c>.</summary>
internal sealed record DashboardSource
{
    public string Uid { get; init; } = "";

    public string Title { get; init; } = "";

    public string Description { get; init; } = "";

    /// <summary>Of region, node, capacity.</summary>
    public List<string> Variables { get; init; } = [];

    public List<RowSource> Rows { get; init; } = [];

    internal static DashboardSource Load(string file) => new DeserializerBuilder()
        .WithNamingConvention(CamelCaseNamingConvention.Instance)
        .WithDuplicateKeyChecking()
        .Build()
        .Deserialize<DashboardSource>(File.ReadAllText(file));
}

internal sealed record RowSource
{
    public string Title { get; init; } = "";

    /// <summary>What its panels say where there is nothing to show; else Grafana's own words.</summary>
    public string? Empty { get; init; }

    public List<PanelSource> Panels { get; init; } = [];
}

internal sealed record PanelSource
{
    public string Title { get; init; } = "";

    /// <summary>timeseries, stat or table.</summary>
    public string Type { get; init; } = "timeseries";

    /// <summary>Of 24.</summary>
    public int Width { get; init; } = 8;

    /// <summary>0: what the type usually has.</summary>
    public int Height { get; init; }

    /// <summary>What it shows, and what to do about it.</summary>
    public string Description { get; init; } = "";

    /// <summary>Grafana's name of it.</summary>
    public string Unit { get; init; } = "none";

    public double? Max { get; init; }

    /// <summary>Colour from a value on; <c>base</c> below all.</summary>
    public Dictionary<string, string> Thresholds { get; init; } = [];

    /// <summary>Words for values.</summary>
    public Dictionary<string, string> Mappings { get; init; } = [];

    /// <summary>name, where a stat shows the name of its series instead of the value.</summary>
    public string Text { get; init; } = "value";

    public List<QuerySource> Queries { get; init; } = [];

    /// <summary>Of a table: one query a column.</summary>
    public List<ColumnSource> Columns { get; init; } = [];
}

internal sealed record QuerySource
{
    public string Expr { get; init; } = "";

    public string Legend { get; init; } = "";
}

internal sealed record ColumnSource
{
    public string Expr { get; init; } = "";

    public string Title { get; init; } = "";

    public string Unit { get; init; } = "none";
}
