using System.Net;
using System.Net.Sockets;
using Relay.Agent.Commands;
using Relay.Protocol.Map;

namespace Relay.Agent.Maps;

/// <summary>Where a node is, as clients find out: its map fields first, then DNS (spec/derper-surface.md 13.3).</summary>
internal static class NodeAddresses
{
    private static readonly TimeSpan DnsTimeout = TimeSpan.FromSeconds(3);

    /// <summary>The node's address of a family, or null: none, switched off, or not resolvable.</summary>
    internal static async Task<IPAddress?> FindAsync(DerpNode node, AddressFamily family, TimeProvider time, CancellationToken stop)
    {
        var field = family == AddressFamily.InterNetwork ? node.IPv4 : node.IPv6;
        if (field is not null) return IPAddress.TryParse(field, out var given) && given.AddressFamily == family ? given : null;
        if (IPAddress.TryParse(node.HostName, out var literal)) return literal.AddressFamily == family ? literal : null;
        return (await ResolveAsync(node.HostName, time, stop)).FirstOrDefault(a => a.AddressFamily == family);
    }

    /// <summary>The node's addresses that this machine has a way to, IPv6 first.</summary>
    internal static async Task<IReadOnlyList<IPAddress>> FindAllAsync(DerpNode node, TimeProvider time, CancellationToken stop)
    {
        var six = await FindAsync(node, AddressFamily.InterNetworkV6, time, stop);
        var four = await FindAsync(node, AddressFamily.InterNetwork, time, stop);
        return [.. new[] { six, four }.OfType<IPAddress>().Where(LocalRoute.Exists)];
    }

    /// <summary>What the name service says; empty when it says nothing in time.</summary>
    internal static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string name, TimeProvider time, CancellationToken stop)
    {
        using var limit = new Deadline(DnsTimeout, time, stop);
        try
        {
            return await Dns.GetHostAddressesAsync(name, limit.Token);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return [];
        }
    }
}
