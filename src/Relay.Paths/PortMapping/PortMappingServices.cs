using System.Net;
using System.Net.Sockets;

namespace Relay.Paths.PortMapping;

/// <summary>Which protocols a router speaks, found without mapping anything.</summary>
/// <param name="Gateway">The router; null when there is none behind a NAT.</param>
/// <param name="NatPmp">It answers NAT-PMP.</param>
/// <param name="Pcp">It answers PCP.</param>
/// <param name="Upnp">It is a UPnP gateway that maps ports.</param>
/// <param name="External">The address outside, as one of them says; null when none does.</param>
public sealed record PortMappingServices(IPAddress? Gateway, bool NatPmp, bool Pcp, bool Upnp, IPAddress? External)
{
    // A mapping of this port is never asked for.
    private const int NoPort = 9;

    /// <summary>Asks the router; takes about two seconds at most.</summary>
    public static async Task<PortMappingServices> FindAsync(PortMapperOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PortMapperOptions();
        if (GatewayFinder.Find(options) is not { } router) return new PortMappingServices(null, false, false, false, null);
        try
        {
            var endPoint = new IPEndPoint(router, options.NatPmpPort);
            using var natPmp = new NatPmpClient(endPoint, NoPort, options);
            using var pcp = new PcpClient(endPoint, NoPort, options);
            var (asking, announcing) = (natPmp.AddressAsync(cancellationToken), pcp.AnnounceAsync(cancellationToken));
            using var upnp = await UpnpClient.FindAsync(router, NoPort, options, cancellationToken).ConfigureAwait(false);
            var said = upnp is null ? null : await upnp.AddressAsync(cancellationToken).ConfigureAwait(false);
            var address = await asking.ConfigureAwait(false);
            var announced = await announcing.ConfigureAwait(false);
            return new PortMappingServices(
                router, address is { Result: 0 }, announced is { Result: 0 }, upnp is not null, address is { Result: 0 } ? address.Address : said);
        }
        catch (SocketException)
        {
            return new PortMappingServices(router, false, false, false, null);
        }
    }
}
