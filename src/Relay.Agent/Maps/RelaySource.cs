using System.Net;
using System.Net.Sockets;
using Relay.Agent.Commands;
using Relay.Client;
using Relay.Protocol.Map;

namespace Relay.Agent.Maps;

/// <summary>The relays that the command line names, as a DERP map: a whole one, or one of one relay made from its URL.</summary>
/// <param name="Map">At least one region with a node that relays or answers STUN.</param>
/// <param name="PlainHttp">The relays speak HTTP without TLS (a URL with http).</param>
/// <param name="Origin">The URL or file, for messages.</param>
internal sealed record RelaySource(DerpMap Map, bool PlainHttp, string Origin)
{
    private const int MadeRegion = 900;

    /// <summary>Loads what <c>--relay</c> or <c>--map</c> names; exactly one of them must.</summary>
    /// <exception cref="CommandException">Neither or both, or it cannot be had or read.</exception>
    internal static async Task<RelaySource> LoadAsync(
        string? relay, string? map, string? pin, int stunPort, TimeProvider time, CancellationToken stop)
    {
        if (relay is null == map is null) throw CommandException.Usage("give either --relay URL or --map FILE|URL");
        if (relay is not null) return FromUrl(relay, pin, stunPort);
        if (pin is not null) throw CommandException.Usage("--pin goes with --relay; a map has its own pins (CertName)");
        return new RelaySource(await MapFile.LoadAsync(map!, time, stop), PlainHttp: false, map!);
    }

    /// <summary>A map of one relay.</summary>
    /// <exception cref="CommandException">Not the URL of a relay.</exception>
    internal static RelaySource FromUrl(string url, string? pin, int stunPort)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            throw CommandException.Usage($"--relay \"{url}\": expected https://host[:port], or http for a relay without TLS");
        if (stunPort is < -1 or > 65535) throw CommandException.Usage($"--stun-port {stunPort}: expected 1 to 65535, 0 for 3478, or -1 for none");
        var plain = uri.Scheme == "http";
        var address = IPAddress.TryParse(uri.Host.Trim('[', ']'), out var literal) ? literal : null;
        var node = new DerpNode
        {
            Name = "relay",
            RegionID = MadeRegion,
            HostName = address?.ToString() ?? uri.Host,
            CertName = pin,
            IPv4 = address is null ? null : address.AddressFamily == AddressFamily.InterNetwork ? address.ToString() : "none",
            IPv6 = address is null ? null : address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ToString() : "none",
            STUNPort = stunPort,
            // In a map 0 is 443, so port 80 of a plain relay must be said.
            DERPPort = uri.Port == 443 ? 0 : uri.Port,
        };
        var region = new DerpRegion { RegionID = MadeRegion, RegionCode = "relay", RegionName = uri.Host, Nodes = [node] };
        var source = new RelaySource(new DerpMap { Regions = { [MadeRegion] = region } }, plain, url);
        source.Endpoint(node);
        return source;
    }

    /// <summary>How to connect to one node.</summary>
    /// <exception cref="CommandException">Its entry cannot be used.</exception>
    internal RelayEndpoint Endpoint(DerpNode node) => Make(() => RelayEndpoint.FromNode(node, PlainHttp));

    /// <summary>How to connect to one region.</summary>
    /// <exception cref="CommandException">An entry of it cannot be used.</exception>
    internal RelayEndpoint Endpoint(DerpRegion region) => Make(() => RelayEndpoint.FromRegion(region, PlainHttp));

    /// <summary>The regions that have a relay, each of which can be connected to as far as the map goes.</summary>
    /// <exception cref="CommandException">There is none, or an entry cannot be used.</exception>
    internal IReadOnlyList<DerpRegion> Relayed()
    {
        var relayed = Map.Regions.Values.Where(r => r.Nodes.Any(n => !n.STUNOnly)).ToList();
        if (relayed.Count == 0) throw CommandException.Config($"{Origin}: no region of the map has a relay to connect to");
        relayed.ForEach(region => Endpoint(region));
        return relayed;
    }

    /// <summary>The region with this id.</summary>
    internal DerpRegion Region(int id) => Map.Regions.TryGetValue(id, out var region)
        ? region
        : throw CommandException.Usage($"--region {id}: {Origin} has no such region; it has {string.Join(", ", Map.Regions.Keys)}");

    private RelayEndpoint Make(Func<RelayEndpoint> make)
    {
        try
        {
            return make();
        }
        catch (FormatException e)
        {
            throw CommandException.Config($"{Origin}: {e.Message}", e);
        }
    }
}
