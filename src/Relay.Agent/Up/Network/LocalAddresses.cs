using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Relay.Agent.Up.Data;
using Relay.Stun.Messages;

namespace Relay.Agent.Up.Network;

/// <summary>The addresses of this machine that a peer might reach it by.</summary>
internal static class LocalAddresses
{
    // A network gives a machine a new temporary IPv6 address a day; two of each are enough to be found by.
    private const int MaxPerPrefix = 2;
    private const int MaxAddresses = 32;

    // Networks laid over others: a path through one would lead through itself, or through somebody else's relay.
    private static readonly string[] Overlays = ["tailscale", "zt", "wt", "nebula", "wg", "docker", "br-", "virbr", "cni"];

    /// <summary>Sorted, so that two readings of one state are equal. Without WireGuard's own interface.</summary>
    internal static IReadOnlyList<TransportAddress> Read(string device, OuterSockets outer)
    {
        var found = new List<TransportAddress>();
        foreach (var nic in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (nic.OperationalStatus is not (OperationalStatus.Up or OperationalStatus.Unknown)) continue;
            if (nic.NetworkInterfaceType == NetworkInterfaceType.Loopback || nic.Name == device) continue;
            if (Overlays.Any(o => nic.Name.StartsWith(o, StringComparison.Ordinal))) continue;
            foreach (var unicast in nic.GetIPProperties().UnicastAddresses)
            {
                if (Usable(unicast.Address, outer) is { } address) found.Add(address);
            }
        }

        return [.. found.Distinct().GroupBy(Prefix).SelectMany(g => g.Take(MaxPerPrefix)).Take(MaxAddresses).OrderBy(a => a.ToString(), StringComparer.Ordinal)];
    }

    private static TransportAddress? Usable(IPAddress address, OuterSockets outer)
    {
        if (IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6Multicast) return null;
        var four = address.AddressFamily == AddressFamily.InterNetwork;
        if (four && address.GetAddressBytes() is [169, 254, ..]) return null;
        return outer.For(four ? StunAddressFamily.IPv4 : StunAddressFamily.IPv6) is { } socket
            ? TransportAddress.From(new IPEndPoint(address, socket.LocalAddress.Port))
            : null;
    }

    private static string Prefix(TransportAddress address)
    {
        var bytes = address.ToIPEndPoint().Address.GetAddressBytes();
        return bytes.Length == 4 ? address.ToString() : Convert.ToHexString(bytes, 0, 8);
    }
}
