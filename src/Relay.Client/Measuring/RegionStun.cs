using System.Net;
using System.Net.Sockets;
using Relay.Protocol.Map;

namespace Relay.Client.Measuring;

/// <summary>Asks the STUN servers of regions, of each region all that it has.</summary>
internal static class RegionStun
{
    /// <summary>The first reply of each region over one family, in their order; null for those that stayed silent. At most some 6 s.</summary>
    internal static async Task<IReadOnlyList<StunReply?>> AskAsync(
        IReadOnlyList<DerpRegion> regions, AddressFamily family, TimeProvider time, CancellationToken stop)
    {
        var servers = await Task.WhenAll(regions.Select(async region =>
        {
            var found = await Task.WhenAll(region.Nodes.Select(node => ServerAsync(node, family, time, stop))).ConfigureAwait(false);
            return (IReadOnlyList<IPEndPoint>)[.. found.OfType<IPEndPoint>()];
        })).ConfigureAwait(false);
        return await new StunProbe(family, time).RunAsync(servers, stop).ConfigureAwait(false);
    }

    /// <summary>A node's STUN server of a family; null where it has none. A node with a test address is asked there.</summary>
    internal static async Task<IPEndPoint?> ServerAsync(DerpNode node, AddressFamily family, TimeProvider time, CancellationToken stop)
    {
        if (node.EffectiveStunPort is not { } port) return null;
        if (node.STUNTestIP is { } test && IPAddress.TryParse(test, out var instead))
            return instead.AddressFamily == family ? new IPEndPoint(instead, port) : null;
        return await NodeAddresses.FindAsync(node, family, time, stop).ConfigureAwait(false) is { } address ? new IPEndPoint(address, port) : null;
    }
}
