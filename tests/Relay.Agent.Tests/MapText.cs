using Relay.Protocol.Map;

namespace Relay.Agent.Tests;

/// <summary>A DERP map in a file of its own.</summary>
internal sealed class MapText : IDisposable
{
    public MapText(string json) => File.WriteAllText(Path, json);

    /// <summary>A region for each list of nodes, from 1 on.</summary>
    public MapText(params DerpNode[][] regions)
        : this(new DerpMap { Regions = new(regions.Select(Region).ToDictionary(r => r.RegionID)) }.ToJson())
    {
    }

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);

    private static DerpRegion Region(DerpNode[] nodes, int index) => new()
    {
        RegionID = index + 1,
        RegionCode = $"r{index + 1}",
        RegionName = $"Region {index + 1}",
        Nodes = [.. nodes.Select((n, i) => n with { RegionID = index + 1, Name = $"{index + 1}{(char)('a' + i)}" })],
    };
}
