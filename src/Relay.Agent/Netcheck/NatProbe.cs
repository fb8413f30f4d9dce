using System.Net;
using System.Net.NetworkInformation;
using Relay.Client.Measuring;
using Relay.Stun.Messages;

namespace Relay.Agent.Netcheck;

/// <summary>
/// Finds out how the NAT maps and filters (RFC 5780, 4.3 and 4.4), with a server that answers from two addresses and two
/// ports; without one it tells what can be told.
/// </summary>
internal sealed class NatProbe(TimeProvider time)
{
    private const StunOrigin Both = StunOrigin.OtherAddress | StunOrigin.OtherPort;
    private const int MostServers = 4;

    /// <param name="replies">What servers said over IPv4, the nearest first.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>Null when no server answered.</returns>
    internal async Task<NatBehaviour?> RunAsync(IReadOnlyList<StunReply> replies, CancellationToken stop)
    {
        if (replies.Count == 0) return null;
        var present = !OwnAddresses().Contains(replies[0].Mapped.Address);
        var servers = replies.Select(r => r.Server).Distinct().Take(MostServers).ToList();
        if (await FindServerAsync(servers, stop) is not var (server, other)) return new NatBehaviour(present, null, null, null);
        var (mapping, filtering) = (MappingAsync(server, other, stop), FilteringAsync(server, stop));
        return new NatBehaviour(present, await mapping, await filtering, server.ToString());
    }

    private async Task<(IPEndPoint Server, IPEndPoint Other)?> FindServerAsync(List<IPEndPoint> servers, CancellationToken stop)
    {
        var found = await Task.WhenAll(servers.Select(async server =>
        {
            using var exchange = new StunExchange(time);
            var response = await exchange.AskAsync(server, StunOrigin.Same, stop);
            return response is { OtherAddress.Family: StunAddressFamily.IPv4 } told ? told.OtherAddress.ToIPEndPoint() : null;
        }));
        var index = Array.FindIndex(found, other => other is not null);
        return index < 0 ? null : (servers[index], found[index]!);
    }

    // To another address, and then to another port of it: where the mapping changes, there it depends on that.
    private async Task<NatDependence?> MappingAsync(IPEndPoint server, IPEndPoint other, CancellationToken stop)
    {
        using var exchange = new StunExchange(time);
        var first = await exchange.AskAsync(server, StunOrigin.Same, stop);
        var second = await exchange.AskAsync(new IPEndPoint(other.Address, server.Port), StunOrigin.Same, stop);
        if (first is null || second is null) return null;
        if (first.Value.Address == second.Value.Address) return NatDependence.Nothing;
        var third = await exchange.AskAsync(other, StunOrigin.Same, stop);
        if (third is null) return null;
        return second.Value.Address == third.Value.Address ? NatDependence.Address : NatDependence.AddressAndPort;
    }

    // From a socket that has never written to where the answer comes from: if it comes through, filtering does not depend on that.
    private async Task<NatDependence?> FilteringAsync(IPEndPoint server, CancellationToken stop)
    {
        using var exchange = new StunExchange(time);
        if (await exchange.AskAsync(server, StunOrigin.Same, stop) is null) return null;
        if (await exchange.AskAsync(server, Both, stop) is not null) return NatDependence.Nothing;
        return await exchange.AskAsync(server, StunOrigin.OtherPort, stop) is not null ? NatDependence.Address : NatDependence.AddressAndPort;
    }

    private static HashSet<IPAddress> OwnAddresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address),
    ];
}
