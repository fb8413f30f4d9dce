using System.Net;
using System.Net.NetworkInformation;
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
    private static readonly IPEndPoint Anywhere = new(IPAddress.Parse("192.0.2.1"), 9);

    private readonly Lock _gate = new();
    private readonly SleepWatch _sleep = new(time);
    private IReadOnlyList<TransportAddress> _addresses = [], _servers = [], _mappings = [];
    private IPEndPoint _target = Anywhere;
    private IPAddress? _source;
    private string _routes = "";

    /// <summary>Called when an interface, an address or a route changed, or may have: WireGuard's may be among them.</summary>
    internal Action? LinksChanged { get; set; }

    /// <summary>Called when this machine is somewhere else in the network, or may be.</summary>
    internal Action? Moved { get; set; }

    /// <summary>What the engine is to know from the first moment on.</summary>
    internal async Task StartAsync(CancellationToken stop)
    {
        _addresses = ReadAddresses();
        _servers = await StunServers.FindAsync(settings.Source.Map, [], time, stop);
        (_routes, _source) = (DefaultRoutes.Read(), RouteSource.Towards(_target));
        Aim();
        Tell();
    }

    internal Task RunAsync(CancellationToken stop) => Together.RunAsync(stop, WatchAsync, WakeAsync, NamesAsync);

    /// <summary>The router opened these addresses for us, or no longer does.</summary>
    internal void SetMappings(IReadOnlyList<TransportAddress> mappings)
    {
        lock (_gate) _mappings = mappings;
        Tell();
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        while (true)
        {
            Look(await watch.NextAsync(stop));
            LinksChanged?.Invoke();
            await Task.Delay(Pace, time, stop); // one change of a network is a dozen notices
        }
    }

    private async Task WakeAsync(CancellationToken stop)
    {
        while (true)
        {
            await _sleep.NextAsync(stop);
            log.Write("network", "network: this machine slept, or its clock was set; everything is looked at anew", ("from", _source?.ToString()));
            paths.OnNetworkDoubt();
            _ = relays.CheckAsync();
            Moved?.Invoke();
        }
    }

    private void Look(NetworkEvents events)
    {
        var addresses = ReadAddresses();
        var source = RouteSource.Towards(_target);
        var moved = !addresses.SequenceEqual(_addresses);
        // Another default route, also one with the same source address, leads through another NAT.
        var routes = DefaultRoutes.Read();
        var rerouted = events.HasFlag(NetworkEvents.DefaultRoute) || routes != _routes || !Equals(source, _source);
        if (moved || rerouted)
        {
            log.Write("network", source is null ? "network: no way to the relays" : $"network: changed, now from {source}", ("from", source?.ToString()));
            lock (_gate) _addresses = addresses;
            if (moved) Tell();
            if (rerouted) paths.OnNetworkDoubt();
            _ = relays.CheckAsync(sure: _source is not null && !Equals(source, _source));
            Moved?.Invoke();
        }

        (_routes, _source) = (routes, source);
        Aim();
    }

    private void Tell()
    {
        lock (_gate) paths.SetNetwork(new LocalNetwork { Addresses = _addresses, PortMappings = _mappings, StunServers = _servers });
    }

    // Names move, and where there was no network at the start there were none.
    private async Task NamesAsync(CancellationToken stop)
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

    private IReadOnlyList<TransportAddress> ReadAddresses()
    {
        try
        {
            return LocalAddresses.Read(settings.Device, outer);
        }
        catch (NetworkInformationException)
        {
            return _addresses; // they change while they are read: there will be another notice
        }
    }

    // From now on this is the way that is watched. One to another relay may begin at another address, of the other family
    // perhaps, and nothing has changed by that: hence the same question at each look.
    private void Aim()
    {
        var relay = relays.Regions.Select(r => r.RemoteEndPoint).OfType<IPEndPoint>().FirstOrDefault();
        var target = relay ?? _servers.Select(s => s.ToIPEndPoint()).FirstOrDefault() ?? Anywhere;
        if (target.Address.IsIPv4MappedToIPv6) target = new IPEndPoint(target.Address.MapToIPv4(), target.Port);
        if (!target.Equals(_target)) (_target, _source) = (target, RouteSource.Towards(target));
    }
}
