using System.Globalization;
using System.Net;
using System.Security.Cryptography;

namespace Relay.Paths.PortMapping;

/// <summary>UPnP towards one service of a router.</summary>
internal sealed class UpnpClient(UpnpHttp http, UpnpService service, IPAddress local, int localPort, string description) : IPortProtocol
{
    private const int Tries = 4;
    private const int LowestRandomPort = 1024, HighestRandomPort = 65535;

    // What a permanent lease is taken for: it is given back at the end, and looked after meanwhile.
    private const double PermanentSeconds = 3600;

    public PortMappingProtocol Protocol => PortMappingProtocol.Upnp;

    /// <summary>Finds the router's service; null when it has none.</summary>
    internal static async Task<UpnpClient?> FindAsync(IPAddress router, int localPort, PortMapperOptions options, CancellationToken stop)
    {
        if (await SsdpSearch.FindAsync(router, options, stop).ConfigureAwait(false) is not { } location) return null;
        if (GatewayFinder.LocalAddress(router, options) is not { } local) return null;
        UpnpHttp? http = new(options);
        try
        {
            await using var xml = await http.GetAsync(location, stop).ConfigureAwait(false);
            if (xml is null || UpnpDescription.Read(xml, location, router) is not [var best, ..]) return null;
            var found = new UpnpClient(http, best, local, localPort, options.Description);
            http = null;
            return found;
        }
        finally
        {
            http?.Dispose();
        }
    }

    /// <summary>The router's address outside; null when it does not say.</summary>
    internal async Task<IPAddress?> AddressAsync(CancellationToken stop)
    {
        var answer = await CallAsync("GetExternalIPAddress", [], stop).ConfigureAwait(false);
        return answer is { Error: 0 } && IPAddress.TryParse(answer.Values.GetValueOrDefault("NewExternalIPAddress"), out var address) ? address : null;
    }

    public async Task<PortLease?> MapAsync(int wanted, TimeSpan lifetime, CancellationToken stop)
    {
        if (await AddressAsync(stop).ConfigureAwait(false) is not { } address) return null;
        var (port, seconds) = (wanted > 0 ? wanted : localPort, (int)lifetime.TotalSeconds);
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var answer = await AddAsync(port, seconds, stop).ConfigureAwait(false);
            if (answer is null) return null;
            switch (answer.Error)
            {
                case 0:
                    var reserved = answer.Values.GetValueOrDefault("NewReservedPort");
                    if (int.TryParse(reserved, CultureInfo.InvariantCulture, out var given)) port = given;
                    return PortLease.Make(address, port, seconds == 0 ? PermanentSeconds : seconds);
                case UpnpAnswer.OnlyPermanentLeases or UpnpAnswer.InvalidArguments when seconds > 0:
                    seconds = 0;
                    break;
                case UpnpAnswer.Conflict:
                    port = RandomNumberGenerator.GetInt32(LowestRandomPort, HighestRandomPort);
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    // Silence is no proof of anything: the lease runs on.
    public async Task<bool> HoldsAsync(PortLease lease, CancellationToken stop)
    {
        if (await AddressAsync(stop).ConfigureAwait(false) is { } address && !address.Equals(lease.External.Address)) return false;
        var entry = await CallAsync("GetSpecificPortMappingEntry", Key(lease.External.Port), stop).ConfigureAwait(false);
        if (entry is null) return true;
        return entry.Error == 0 && entry.Values.GetValueOrDefault("NewInternalClient") == local.ToString();
    }

    public Task ReleaseAsync(PortLease lease, CancellationToken stop) => CallAsync("DeletePortMapping", Key(lease.External.Port), stop);

    public void Dispose() => http.Dispose();

    private Task<UpnpAnswer?> AddAsync(int port, int seconds, CancellationToken stop) =>
        CallAsync(service.IsVersion2 ? "AddAnyPortMapping" : "AddPortMapping",
        [
            .. Key(port),
            ("NewInternalPort", Number(localPort)),
            ("NewInternalClient", local.ToString()),
            ("NewEnabled", "1"),
            ("NewPortMappingDescription", description),
            ("NewLeaseDuration", Number(seconds)),
        ], stop);

    private static (string, string)[] Key(int port) => [("NewRemoteHost", ""), ("NewExternalPort", Number(port)), ("NewProtocol", "UDP")];

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private async Task<UpnpAnswer?> CallAsync(string action, (string, string)[] arguments, CancellationToken stop)
    {
        using var request = UpnpAction.Make(service, action, arguments);
        return await http.CallAsync(request, stop).ConfigureAwait(false);
    }
}
