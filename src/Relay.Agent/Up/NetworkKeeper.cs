using System.Net;
using Relay.Agent.Up.Data;
using Relay.Agent.Up.Network;
using Relay.Client;
using Relay.Paths;
using Relay.Stun.Messages;

namespace Relay.Agent.Up;

/// <summary>Watches this machine's network and tells the path engine and the relays of what changed.</summary>
internal sealed class NetworkKeeper(UpSettings settings, INetworkWatch watch, OuterSockets outer, PathDriver paths, RelayNetwork relays, AgentLog log, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan NamesInterval = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private IReadOnlyList<TransportAddress> _addresses = [], _servers = [], _mappings = [];
    private IPAddress? _source;

    /// <summary>Called when interfaces changed: WireGuard's may be among them.</summary>
    internal Action? LinksChanged { get; set; }

    /// <summary>What the engine is to know from the first moment on.</summary>
    internal async Task StartAsync(CancellationToken stop)
    {
        _addresses = LocalAddresses.Read(settings.Device, outer);
        _servers = await StunServers.FindAsync(settings.Source.Map, [], time, stop);
        _source = Source();
        Tell();
    }

    internal async Task RunAsync(CancellationToken stop)
    {
        var names = NamesAsync(stop);
        try
        {
            while (true)
            {
                Look(await watch.NextAsync(stop));
                LinksChanged?.Invoke();
                await Task.Delay(Pace, time, stop); // one change of a network is a dozen notices
            }
        }
        catch (OperationCanceledException)
        {
            await names;
        }
    }

    /// <summary>The router opened these addresses for us, or no longer does.</summary>
    internal void SetMappings(IReadOnlyList<TransportAddress> mappings)
    {
        lock (_gate) _mappings = mappings;
        Tell();
    }

    private void Look(NetworkEvents events)
    {
        var addresses = LocalAddresses.Read(settings.Device, outer);
        var source = Source();
        var moved = !addresses.SequenceEqual(_addresses);
        // Another default route, also one with the same source address, leads through another NAT.
        var rerouted = events.HasFlag(NetworkEvents.DefaultRoute) || !Equals(source, _source);
        if (!moved && !rerouted) return;
        var sure = _source is not null && !Equals(source, _source);
        lock (_gate) _addresses = addresses;
        _source = source;
        log.Write("network", source is null ? "network: no way to the relays" : $"network: changed, now from {source}", ("from", source?.ToString()));
        if (moved) Tell();
        if (rerouted) paths.OnNetworkDoubt();
        _ = relays.CheckAsync(sure);
    }

    private void Tell()
    {
        lock (_gate) paths.SetNetwork(new LocalNetwork { Addresses = _addresses, PortMappings = _mappings, StunServers = _servers });
    }

    // Names move, and where there was no network at the start there were none.
    private async Task NamesAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_servers.Count == 0 ? TimeSpan.FromSeconds(5) : NamesInterval, time, stop);
                var servers = await StunServers.FindAsync(settings.Source.Map, [.. relays.Regions.Where(r => r.IsKept).Select(r => r.Region)], time, stop);
                if (servers.Count == 0 || servers.SequenceEqual(_servers)) continue;
                lock (_gate) _servers = servers;
                Tell();
            }
        }
        catch (OperationCanceledException)
        {
            // The agent stops.
        }
    }

    private IPAddress? Source()
    {
        var relay = relays.Regions.Select(r => r.RemoteEndPoint).OfType<IPEndPoint>().FirstOrDefault();
        var target = relay ?? _servers.Select(s => s.ToIPEndPoint()).FirstOrDefault() ?? new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9);
        return RouteSource.Towards(target.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(target.Address.MapToIPv4(), target.Port) : target);
    }
}
