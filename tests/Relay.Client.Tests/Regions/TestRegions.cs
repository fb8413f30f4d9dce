using Relay.Protocol.Map;

namespace Relay.Client.Tests.Regions;

/// <summary>A map of regions, from 1 on, each a real relay.</summary>
internal sealed class TestRegions : IAsyncDisposable
{
    private readonly List<RegionServer> _servers = [];
    private readonly List<NetworkNode> _nodes = [];

    /// <summary>By its id.</summary>
    public RegionServer this[int id] => _servers[id - 1];

    public DerpMap Map => new() { Regions = new(_servers.ToDictionary(s => s.Id, s => s.Region)) };

    public static async Task<TestRegions> StartAsync(int count)
    {
        var regions = new TestRegions();
        for (var id = 1; id <= count; id++) regions._servers.Add(await RegionServer.StartAsync(id));
        return regions;
    }

    /// <summary>A client whose nearest region is this one, by far; the others are as far as their number says.</summary>
    public async Task<NetworkNode> AddAsync(int nearest, Func<RelayNetworkOptions, RelayNetworkOptions>? change = null)
    {
        var node = new NetworkNode(this, nearest, change ?? (options => options));
        _nodes.Add(node);
        await node.StartAsync();
        return node;
    }

    public async Task RestartAsync(int id)
    {
        var port = this[id].Port;
        await this[id].StopAsync();
        _servers[id - 1] = await RegionServer.StartAsync(id, port);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        foreach (var server in _servers) await server.DisposeAsync();
    }
}
