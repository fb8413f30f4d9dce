using System.Net;
using System.Net.Sockets;
using Relay.Stun.Answers;
using Relay.Stun.Messages;

namespace Relay.Stun.Udp;

/// <summary>Finds, among all that is bound, the other ports and addresses that a client can be answered from (RFC 5780).</summary>
internal static class StunStations
{
    /// <summary>
    /// One socket of <paramref name="own"/> with its siblings among <paramref name="all"/>, of which the first socket of each
    /// endpoint counts.
    /// </summary>
    internal static StunSocket Make(Socket socket, IPEndPoint own, IReadOnlyDictionary<IPEndPoint, Socket> all, StunPolicy policy)
    {
        var siblings = new Socket?[StunSocket.Origins];
        if (policy == StunPolicy.TailscaleOnly) return StunSocket.Alone(socket, policy);

        var ports = all.Keys.Where(e => e.Address.Equals(own.Address) && e.Port != own.Port).Select(e => e.Port);
        var addresses = all.Keys.Where(e => e.Port == own.Port && IsOther(e.Address, own.Address)).Select(e => e.Address).ToList();
        foreach (var port in ports)
        {
            siblings[(int)StunOrigin.OtherPort] ??= all[new IPEndPoint(own.Address, port)];
            if (addresses.FirstOrDefault(a => all.ContainsKey(new IPEndPoint(a, port))) is not { } address) continue;

            siblings[(int)StunOrigin.OtherPort] = all[new IPEndPoint(own.Address, port)];
            siblings[(int)StunOrigin.OtherAddress] = all[new IPEndPoint(address, own.Port)];
            siblings[(int)(StunOrigin.OtherAddress | StunOrigin.OtherPort)] = all[new IPEndPoint(address, port)];
            var station = new StunStation
            {
                Policy = policy,
                Own = TransportAddress.From(own),
                Other = TransportAddress.From(new IPEndPoint(address, port)),
                Origins = StunOrigin.OtherAddress | StunOrigin.OtherPort,
            };
            return new StunSocket(socket, station, siblings);
        }

        var origins = siblings[(int)StunOrigin.OtherPort] is null ? StunOrigin.Same : StunOrigin.OtherPort;
        return new StunSocket(socket, new StunStation { Policy = policy, Origins = origins }, siblings);
    }

    // Behind a wildcard are addresses that nobody told us: none of them can be named.
    private static bool IsOther(IPAddress address, IPAddress own) =>
        address.AddressFamily == own.AddressFamily && !address.Equals(own) && !IsWildcard(address) && !IsWildcard(own);

    private static bool IsWildcard(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
