using System.Net;
using System.Net.Sockets;
using Relay.Agent.Maps;
using Relay.Client;
using Relay.Protocol.Map;

namespace Relay.Agent.Netcheck;

/// <summary>Looks at this machine's network through the relays of a map.</summary>
internal sealed class Netchecker(RelaySource source, TimeProvider time)
{
    internal async Task<NetcheckReport> RunAsync(CancellationToken stop)
    {
        var (four, six, portal) = (StunAsync(AddressFamily.InterNetwork, stop), StunAsync(AddressFamily.InterNetworkV6, stop), PortalAsync(stop));
        var (stun4, stun6) = (await four, await six);
        var regions = new List<RegionLatency>();
        foreach (var region in source.Map.Regions.Values)
        {
            var latency = stun4.Concat(stun6).Where(r => r.Region == region.RegionID).Select(r => (double?)r.Reply.Latency.TotalMilliseconds).Min();
            regions.Add(new RegionLatency { Id = region.RegionID, Code = region.RegionCode, Name = region.RegionName, StunMs = latency });
        }

        if (stun4.Count + stun6.Count == 0) regions = [.. await Task.WhenAll(regions.Select(r => HttpsAsync(r, stop)))];
        var mapped4 = stun4.Select(r => r.Reply.Mapped).Distinct().ToList();
        return new NetcheckReport
        {
            Udp4 = stun4.Count > 0,
            Udp6 = stun6.Count > 0,
            Mapped4 = mapped4.FirstOrDefault()?.ToString(),
            Mapped6 = stun6.Select(r => r.Reply.Mapped.ToString()).FirstOrDefault(),
            MappingVariesByDestination = stun4.Select(r => r.Server).Distinct().Count() > 1 ? mapped4.Count > 1 : null,
            CaptivePortal = await portal,
            Nearest = Nearest(regions),
            Regions = [.. regions.OrderBy(r => r.Ms ?? double.MaxValue).ThenBy(r => r.Id)],
        };
    }

    private async Task<List<(int Region, IPEndPoint Server, StunReply Reply)>> StunAsync(AddressFamily family, CancellationToken stop)
    {
        var found = await Task.WhenAll(source.Map.Regions.Values.Where(r => !r.NoMeasureNoHome)
            .SelectMany(r => r.Nodes.Select(async n => (r.RegionID, Server: await ServerAsync(n, family, stop)))));
        var servers = found.Where(f => f.Server is not null).Select(f => (f.RegionID, Server: f.Server!)).ToList();
        var replies = await new StunProbe(family, time).RunAsync([.. servers.Select(s => s.Server).Distinct()], stop);
        return [.. servers.Where(s => replies.ContainsKey(s.Server)).Select(s => (s.RegionID, s.Server, replies[s.Server]))];
    }

    private static async Task<IPEndPoint?> ServerAsync(DerpNode node, AddressFamily family, CancellationToken stop)
    {
        if (node.EffectiveStunPort is not { } port) return null;
        if (node.STUNTestIP is { } test && IPAddress.TryParse(test, out var instead)) return instead.AddressFamily == family ? new IPEndPoint(instead, port) : null;
        return await NodeAddresses.FindAsync(node, family, stop) is { } address ? new IPEndPoint(address, port) : null;
    }

    private async Task<RegionLatency> HttpsAsync(RegionLatency region, CancellationToken stop)
    {
        var known = source.Map.Regions[region.Id];
        if (known.NoMeasureNoHome || known.Nodes.FirstOrDefault(n => !n.STUNOnly) is not { } node) return region;
        var latency = await HttpsLatency.MeasureAsync(node, source.PlainHttp, time, stop);
        return region with { HttpsMs = latency?.TotalMilliseconds };
    }

    // One node that can tell is enough, three are asked at most.
    private async Task<bool?> PortalAsync(CancellationToken stop)
    {
        var tellers = source.Map.Regions.Values.SelectMany(r => r.Nodes).Where(n => n.CanPort80 && IPAddress.TryParse(n.IPv4, out _)).Take(3);
        var answers = await Task.WhenAll(tellers.Select(n => Generate204.AskAsync(new IPEndPoint(IPAddress.Parse(n.IPv4!), 80), stop)));
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
