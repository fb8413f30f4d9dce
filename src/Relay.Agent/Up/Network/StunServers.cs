using System.Net.Sockets;
using Relay.Client.Measuring;
using Relay.Protocol.Map;
using Relay.Stun.Messages;

namespace Relay.Agent.Up.Network;

/// <summary>The STUN servers of a map by address: names are looked up, nodes with a test address are taken at it.</summary>
internal static class StunServers
{
    // Each is asked now and then: a large map is not the reason to ask all the world.
    private const int MaxServers = 8;

    /// <summary>Those of the given regions first, in their order.</summary>
    internal static async Task<IReadOnlyList<TransportAddress>> FindAsync(DerpMap map, IReadOnlyList<int> nearest, TimeProvider time, CancellationToken stop)
    {
        var regions = nearest.Where(map.Regions.ContainsKey).Concat(map.Regions.Keys).Distinct().Select(id => map.Regions[id]);
        var nodes = regions.SelectMany(r => r.Nodes).Where(n => n.EffectiveStunPort is not null).Take(MaxServers).ToList();
        var found = await Task.WhenAll(nodes.Select(async node =>
            new[] { await RegionStun.ServerAsync(node, AddressFamily.InterNetwork, time, stop), await RegionStun.ServerAsync(node, AddressFamily.InterNetworkV6, time, stop) }));
        return [.. found.SelectMany(f => f).Where(a => a is not null).Select(a => TransportAddress.From(a!)).Distinct()];
    }
}
