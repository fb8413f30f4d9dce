using System.Net;
using System.Net.Sockets;
using Relay.Protocol.Map;

namespace Relay.Client.Measuring;

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
        return (await ResolveAsync(node.HostName, time, stop).ConfigureAwait(false)).FirstOrDefault(a => a.AddressFamily == family);
    }

    /// <summary>What the name service says; empty when it says nothing in time.</summary>
    internal static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string name, TimeProvider time, CancellationToken stop)
    {
        using var limit = new Deadline(DnsTimeout, time, stop);
        try
        {
            return await Dns.GetHostAddressesAsync(name, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return [];
        }
    }
}
