using System.Net;

namespace Relay.Server.Transport.Proxies;

/// <summary>Whose word about a client's address is believed.</summary>
/// <param name="networks">The proxies' addresses; none trusts nobody.</param>
public sealed class TrustedProxies(IReadOnlyList<IPNetwork> networks)
{
    /// <summary>Whether nobody is trusted.</summary>
    public bool IsEmpty => networks.Count == 0;

    /// <summary>Whether this is one of them.</summary>
    public bool Contains(IPAddress? address)
    {
        if (address is null || IsEmpty) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (var network in networks)
        {
            if (network.Contains(address)) return true;
        }

        return false;
    }

    /// <summary>Where a request really comes from: <paramref name="peer"/>, unless that is one of these and says otherwise.</summary>
    public IPEndPoint? ClientOf(IPEndPoint? peer, ReadOnlySpan<char> forwardedFor) =>
        !forwardedFor.IsEmpty && Contains(peer?.Address) && ForwardedFor.Client(forwardedFor, Contains) is { } client
            ? new IPEndPoint(client, 0)
            : peer;
}
