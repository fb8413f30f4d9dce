using System.Net;
using System.Net.Sockets;
using Relay.Agent.Maps;
using Relay.Client;
using Relay.Paths.PortMapping;
using Relay.Protocol.Map;

namespace Relay.Agent.Netcheck;

/// <summary>Looks at this machine's network through the relays of a map.</summary>
internal sealed class Netchecker(RelaySource source, TimeProvider time)
{
    private readonly List<DerpRegion> _measured = [.. source.Map.Regions.Values.Where(r => !r.NoMeasureNoHome)];

    internal async Task<NetcheckReport> RunAsync(CancellationToken stop)
    {
        var (four, six) = (StunAsync(AddressFamily.InterNetwork, stop), StunAsync(AddressFamily.InterNetworkV6, stop));
        var (portal, services) = (PortalAsync(stop), PortMappingServices.FindAsync(new PortMapperOptions { TimeProvider = time }, stop));
        var (stun4, stun6) = (await four, await six);
        var regions = source.Map.Regions.Values.Select(r => new RegionLatency
        {
            Id = r.RegionID,
            Code = r.RegionCode,
            Name = r.RegionName,
            StunMs = Faster(stun4, stun6, _measured.IndexOf(r)),
        }).ToList();
        var (replies4, replies6) = (stun4.OfType<StunReply>().ToList(), stun6.OfType<StunReply>().ToList());
        if (replies4.Count + replies6.Count == 0) regions = [.. await Task.WhenAll(regions.Select(r => HttpsAsync(r, stop)))];
        var nat = await new NatProbe(time).RunAsync([.. replies4.OrderBy(r => r.Latency)], stop);
        var mapped4 = replies4.Select(r => r.Mapped).Distinct().ToList();
        var router = await services;
        return new NetcheckReport
        {
            Udp4 = replies4.Count > 0,
            Udp6 = replies6.Count > 0,
            Mapped4 = mapped4.FirstOrDefault()?.ToString(),
            Mapped6 = replies6.FirstOrDefault()?.Mapped.ToString(),
            UdpBlocked = replies4.Count + replies6.Count > 0 ? false : regions.Any(r => r.HttpsMs is not null) ? true : null,
            Nat = nat,
            PortMapping = new PortMappingReport(
                router.Gateway?.ToString(), router.NatPmp, router.Pcp, router.Upnp, router.External?.ToString()),
            MappingVariesByDestination = nat?.Mapping is { } mapping
                ? mapping != NatDependence.Nothing
                : replies4.Select(r => r.Server).Distinct().Count() > 1 ? mapped4.Count > 1 : null,
            CaptivePortal = await portal,
            Nearest = Nearest(regions),
            Regions = [.. regions.OrderBy(r => r.Ms ?? double.MaxValue).ThenBy(r => r.Id)],
        };
    }

    private static double? Faster(IReadOnlyList<StunReply?> four, IReadOnlyList<StunReply?> six, int region) =>
        region < 0 ? null : new[] { four[region], six[region] }.Min(r => r?.Latency.TotalMilliseconds);

    private async Task<IReadOnlyList<StunReply?>> StunAsync(AddressFamily family, CancellationToken stop)
    {
        var servers = await Task.WhenAll(_measured.Select(async r =>
        {
            var found = await Task.WhenAll(r.Nodes.Select(n => ServerAsync(n, family, stop)));
            return (IReadOnlyList<IPEndPoint>)[.. found.OfType<IPEndPoint>()];
        }));
        return await new StunProbe(family, time).RunAsync(servers, stop);
    }

    private async Task<IPEndPoint?> ServerAsync(DerpNode node, AddressFamily family, CancellationToken stop)
    {
        if (node.EffectiveStunPort is not { } port) return null;
        if (node.STUNTestIP is { } test && IPAddress.TryParse(test, out var instead))
            return instead.AddressFamily == family ? new IPEndPoint(instead, port) : null;
        return await NodeAddresses.FindAsync(node, family, time, stop) is { } address ? new IPEndPoint(address, port) : null;
    }

    // A region's nodes in turn: the first that answers tells how far the region is.
    private async Task<RegionLatency> HttpsAsync(RegionLatency region, CancellationToken stop)
    {
        var known = source.Map.Regions[region.Id];
        foreach (var node in known.NoMeasureNoHome ? [] : known.Nodes.Where(n => !n.STUNOnly))
        {
            if (await HttpsLatency.MeasureAsync(node, source.PlainHttp, time, stop) is { } latency)
                return region with { HttpsMs = latency.TotalMilliseconds };
        }

        return region;
    }

    // One node that can tell is enough, three are asked at most.
    private async Task<bool?> PortalAsync(CancellationToken stop)
    {
        var tellers = source.Map.Regions.Values.SelectMany(r => r.Nodes).Where(n => n.CanPort80 && IPAddress.TryParse(n.IPv4, out _)).Take(3);
        var answers = await Task.WhenAll(tellers.Select(n => Generate204.AskAsync(new IPEndPoint(IPAddress.Parse(n.IPv4!), 80), time, stop)));
        if (answers.Contains(Generate204.Answer.SomebodyElse)) return true;
        return answers.Contains(Generate204.Answer.Relay) ? false : null;
    }

    private int? Nearest(IEnumerable<RegionLatency> regions)
    {
        var measured = regions.Where(r => r.Ms is not null)
            .ToDictionary(r => r.Id, r => new RegionMeasurement(TimeSpan.FromMilliseconds(r.Ms!.Value), TimeSpan.FromMilliseconds(r.Ms!.Value)));
        return RegionChooser.Choose(source.Map, measured);
    }
}
