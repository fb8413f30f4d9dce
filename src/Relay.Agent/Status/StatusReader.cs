using Relay.Agent.Up;
using Relay.Agent.Up.Data;
using Relay.Paths;
using Relay.Stun.Messages;

namespace Relay.Agent.Status;

/// <summary>Takes an agent's state.</summary>
internal static class StatusReader
{
    internal static StatusReport Read(AgentNode node)
    {
        var nat = node.Paths.Nat;
        return new StatusReport
        {
            Interface = node.Settings.Device,
            Node = node.Settings.Key.Public.ToText(),
            UptimeSeconds = node.Time.GetElapsedTime(node.Started).TotalSeconds,
            Relays = [.. node.Relays.Network.Regions.Select(r => new RelayStatus(node.Relays.NameOf(r.Region), r.Region, r.IsConnected, r.IsSteady))],
            PublicIPv4 = Text(nat.PublicIPv4),
            PublicIPv6 = Text(nat.PublicIPv6),
            MappingVaries = nat.MappingVaries,
            UdpBlocked = nat.UdpBlocked,
            Peers = [.. node.Peers.All.OrderBy(p => p.Key.ToText(), StringComparer.Ordinal).Select(p => Read(node, p))],
        };
    }

    private static PeerStatus Read(AgentNode node, PeerLink link)
    {
        var path = node.Paths.Describe(link.Path);
        return new PeerStatus
        {
            Peer = link.Key.ToText(),
            WireGuard = link.Key.ToWireGuard(),
            Path = !path.Route.UsesDirect ? "relay" : path.Route.UsesRelay ? "both" : "direct",
            Address = path.Route.UsesDirect ? path.Route.Direct.ToString() : node.Relays.NameFor(link.Relayed),
            RttMs = path.RoundTrip?.TotalMilliseconds,
            Why = ReasonText.Of(path.Reason),
            // A path that never changed is as old as the agent.
            SinceSeconds = (node.Paths.Now - (path.Since > TimeSpan.Zero ? path.Since : TimeSpan.Zero)).TotalSeconds,
            BytesSentDirect = path.Traffic.BytesSentDirect,
            BytesSentRelayed = path.Traffic.BytesSentRelayed,
            BytesReceivedDirect = path.Traffic.BytesReceivedDirect,
            BytesReceivedRelayed = path.Traffic.BytesReceivedRelayed,
            LocalEndpoint = link.Socket.LocalAddress.ToString(),
        };
    }

    private static string? Text(TransportAddress address) => address.Family == 0 ? null : address.ToString();
}
