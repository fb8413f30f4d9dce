using System.Net;
using System.Net.Sockets;
using Relay.Agent.Maps;
using Relay.Client;
using Relay.Client.Measuring;
using Relay.Paths.PortMapping;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;

namespace Relay.Agent.Netcheck;

/// <summary>Looks at this machine's network through the relays of a map.</summary>
internal sealed class Netchecker(RelaySource source, TimeProvider time)
{
    private readonly List<DerpRegion> _measured = [.. source.Map.Regions.Values.Where(r => !r.NoMeasureNoHome)];

    internal async Task<NetcheckReport> RunAsync(CancellationToken stop)
    {
        var (four, six) = (RegionStun.AskAsync(_measured, AddressFamily.InterNetwork, time, stop), RegionStun.AskAsync(_measured, AddressFamily.InterNetworkV6, time, stop));
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
        if (replies4.Count + replies6.Count == 0) regions = await HttpsAsync(regions, stop);
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

    private async Task<List<RegionLatency>> HttpsAsync(List<RegionLatency> regions, CancellationToken stop)
    {
        using var nobody = NodePrivateKey.Generate();
        var options = new RelayClientOptions { PrivateKey = nobody, UseEnvironmentProxy = true, TimeProvider = time };
        return [.. await Task.WhenAll(regions.Select(async region =>
        {
            var known = source.Map.Regions[region.Id];
            var latency = known.NoMeasureNoHome ? null : await HttpsLatency.MeasureAsync(known, source.PlainHttp, options, stop);
            return region with { HttpsMs = latency?.TotalMilliseconds };
        }))];
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
