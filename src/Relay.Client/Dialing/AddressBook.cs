using System.Net;
using System.Net.Sockets;

namespace Relay.Client.Dialing;

/// <summary>The addresses of a target: those it names itself, else those of DNS, family by family (spec/derp.md 16.1).</summary>
internal static class AddressBook
{
    public static async Task<IReadOnlyList<IPAddress>> FindAsync(RelayTarget target, RelayClientOptions options, CancellationToken cancellation)
    {
        var found = new List<IPAddress>();
        var asked = await FromNamesAsync(target, options, cancellation).ConfigureAwait(false);
        AddFamily(target.IPv6, AddressFamily.InterNetworkV6);
        AddFamily(target.IPv4, AddressFamily.InterNetwork);
        if (found.Count == 0) throw new RelayException(RelayError.Dns, NothingFound(target));
        return AddressRace.Order(found, options.PreferIPv6);

        void AddFamily(string field, AddressFamily family)
        {
            if (field.Length == 0) found.AddRange(asked.Where(a => a.AddressFamily == family));
            else if (IPAddress.TryParse(field, out var address) && address.AddressFamily == family) found.Add(address);
        }
    }

    private static async Task<IPAddress[]> FromNamesAsync(RelayTarget target, RelayClientOptions options, CancellationToken cancellation)
    {
        if (target.IPv4.Length > 0 && target.IPv6.Length > 0) return [];
        if (IPAddress.TryParse(target.Host, out var literal)) return [literal];
        try
        {
            return await options.Resolve(target.Host, cancellation).ConfigureAwait(false);
        }
        catch (SocketException) when (target.IPv4.Length > 0 || target.IPv6.Length > 0)
        {
            return []; // the map's own address may do
        }
        catch (SocketException e)
        {
            throw new RelayException(RelayError.Dns,
                $"the name {target.Host} does not resolve ({e.SocketErrorCode}); a name with an A or AAAA record was expected", e);
        }
    }

    private static string NothingFound(RelayTarget target) =>
        target.IPv4.Length > 0 || target.IPv6.Length > 0
            ? $"there is no address for {target.Host}: its DERP map entry has IPv4 '{RelayText.Printable(target.IPv4)}', IPv6 '{RelayText.Printable(target.IPv6)}', "
                + "and its name gives none of the other family"
            : $"the name {target.Host} has no address; an A or AAAA record was expected";
}
