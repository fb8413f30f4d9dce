using System.Net;
using System.Net.Sockets;
using Relay.Protocol.Map;

namespace Relay.Agent.Maps;

/// <summary>Where a node is, as clients find out: its map fields first, then DNS (spec/derper-surface.md 13.3).</summary>
internal static class NodeAddresses
{
    private static readonly TimeSpan DnsTimeout = TimeSpan.FromSeconds(3);

    /// <summary>The node's address of a family, or null: none, switched off, or not resolvable.</summary>
    internal static async Task<IPAddress?> FindAsync(DerpNode node, AddressFamily family, CancellationToken stop)
    {
        var field = family == AddressFamily.InterNetwork ? node.IPv4 : node.IPv6;
        if (field is not null) return IPAddress.TryParse(field, out var given) && given.AddressFamily == family ? given : null;
        if (IPAddress.TryParse(node.HostName, out var literal)) return literal.AddressFamily == family ? literal : null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(DnsTimeout);
        try
        {
            return (await Dns.GetHostAddressesAsync(node.HostName, family, limit.Token)).FirstOrDefault();
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
    }
}
