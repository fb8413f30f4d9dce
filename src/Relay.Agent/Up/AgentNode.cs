using System.Collections.Concurrent;
using System.Net.Sockets;
using Relay.Agent.Commands;
using Relay.Agent.Status;
using Relay.Agent.Up.Data;
using Relay.Agent.Up.Network;
using Relay.Agent.Up.Relays;
using Relay.Agent.WireGuard;
using Relay.Client;
using Relay.Paths;
using Relay.Paths.PortMapping;
using Relay.Protocol.Keys;
using Relay.Stun.Messages;
using Relay.Udp;

namespace Relay.Agent.Up;

/// <summary>A running agent: makes its parts, joins them, and takes them down again.</summary>
internal sealed class AgentNode : IRelayEvents, IPeerSet, IAsyncDisposable
{
    private readonly UpSettings _settings;
    private readonly AgentLog _log;
    private readonly TimeProvider _time;
    private readonly UdpIo _io;
    private readonly PeerTable _peers = new();
    private readonly WireGuardSide _side = new();
    private readonly EchoService _echo;
    private readonly OuterSockets _outer;
    private readonly RelaySide _relays;
    private readonly ConcurrentDictionary<int, (RelayState State, string? Why, long At)> _said = new();
    private readonly PathDriver _paths;
    private readonly DataPlane _plane;
    private readonly WireGuardKeeper _wireGuard;
    private readonly INetworkWatch _watch;
    private readonly NetworkKeeper _network;

    /// <exception cref="CommandException">The UDP port is taken.</exception>
    internal AgentNode(UpSettings settings, IWireGuard wireGuard, AgentLog log, TimeProvider time, UdpIo? io = null, INetworkWatch? watch = null)
    {
        (_settings, _log, _time, _io) = (settings, log, time, io ?? UdpIo.Best);
        Started = time.GetTimestamp();
        _outer = Bind(_io, settings.Port);
        _echo = new EchoService(time);
        _relays = new RelaySide(settings.Source, settings.Region, settings.Key, this, time);
        var options = new PathOptions { FullPacketSize = settings.Mtu + WireGuardOverhead };
        _paths = new PathDriver(settings.Key, options, _io, _outer, _relays.Network, LogChange, time);
        _plane = new DataPlane(_paths, _relays, _outer, _peers, _side, _echo);
        _wireGuard = new WireGuardKeeper(wireGuard, settings, _side, _peers, this, log, time);
        _watch = watch ?? NetworkWatches.Open(time);
        _network = new NetworkKeeper(settings, _watch, _outer, _paths, _relays.Network, log, time) { LinksChanged = _wireGuard.Hurry };
        if (settings.ListenPort is { } port) _side.Set(port);
        foreach (var peer in settings.Peers ?? []) Add(peer);
    }

    private const int WireGuardOverhead = 32;

    private static readonly TimeSpan SayAgain = TimeSpan.FromMinutes(1);

    internal UpSettings Settings => _settings;

    internal PeerTable Peers => _peers;

    internal PathDriver Paths => _paths;

    internal RelaySide Relays => _relays;

    internal OuterSockets Outer => _outer;

    internal long Started { get; }

    internal long Strangers => _plane.Strangers;

    internal TimeProvider Time => _time;

    /// <summary>Runs until it is stopped.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        // First of all: where another agent runs for this interface, nothing is to be disturbed.
        await using var control = ControlServer.Open(this);
        await _network.StartAsync(stop);
        await using var router = _outer.IPv4 is { } socket ? new PortMapper(socket.LocalAddress.Port, new PortMapperOptions { TimeProvider = _time }) : null;
        if (router is not null)
        {
            router.Changed += SetMapping;
            _network.Moved = router.NetworkChanged;
        }

        _outer.Start(_paths.OnSendFailed, OnOuterBroke, _plane.FromOutside);
        await Together.RunAsync(stop, _relays.RunAsync, _wireGuard.RunAsync, _network.RunAsync, control.RunAsync);
        _log.Write("stopped", "stopped; WireGuard keeps the local addresses, for the next start");
    }

    /// <summary>A small packet to a peer by its present route, and back.</summary>
    internal Task<(TimeSpan Time, string Via)?> PingAsync(PeerLink link, int size, CancellationToken stop) =>
        _echo.PingAsync(
            link,
            size,
            packet =>
            {
                var route = link.Path.Route;
                if (route.UsesDirect) _paths.Send(route.Direct, packet);
                else link.SendRelayed(packet);
            },
            stop);

    public void Add(NodeKey key)
    {
        if (key == _settings.Key.Public || _peers.Find(key) is not null) return;
        var link = new PeerLink(_paths.AddPeer(key), _relays.Network, LocalPorts.Bind(_settings.Key.Public, key));
        _peers.Add(link);
        link.Start(_io, _paths.OnSendFailed, LogBroke, _plane.FromWireGuard);
    }

    public void Remove(NodeKey key)
    {
        if (_peers.Find(key) is not { } link) return;
        _peers.Remove(key);
        link.Dispose();
        _plane.Forget(link); // its thread has ended: nothing more is noted of it
        _relays.Network.RemovePeer(key);
        _paths.RemovePeer(key);
    }

    IDatagramWriter IRelayEvents.CreateWriter() => _io.CreateWriter(_paths.OnSendFailed);

    void IRelayEvents.Received(NodeKey from, int region, ReadOnlyMemory<byte> packet, IDatagramWriter writer) => _plane.FromRelay(from, region, packet, writer);

    void IRelayEvents.PeerGone(NodeKey key)
    {
        if (_peers.Find(key) is { Relayed.IsGone: true }) _paths.OnPeerGone(key);
    }

    void IRelayEvents.Changed(int region, RelayState state, string? why)
    {
        if (_said.TryGetValue(region, out var last) && last.State == state && IsSaid(last.Why, last.At, why)) return;
        _said[region] = (state, why, _time.GetTimestamp());
        var relay = _relays.NameOf(region);
        var text = (state, why) switch
        {
            (RelayState.Connected, null) => $"relay {relay}: connected",
            (RelayState.Connected, _) => $"relay {relay}: {why}",
            (RelayState.Waiting, _) => $"relay {relay}: not connected ({why})",
            _ => null,
        };
        if (text is not null) _log.Write("relay", text, ("relay", relay), ("state", state.ToString().ToLowerInvariant()), ("why", why));
        if (state != RelayState.Connected || why is not null) return;
        _paths.OnRelayConnected();
        foreach (var link in _peers.All) _plane.SendParked(link);
    }

    void IRelayEvents.HomeChanged(int region) => _log.Write("home", $"relay: {_settings.Source.Region(region).RegionName} (region {region}) is the nearest", ("region", $"{region}"));

    public async ValueTask DisposeAsync()
    {
        _watch.Dispose();
        await _relays.DisposeAsync();
        foreach (var link in _peers.All) link.Dispose();
        _outer.Dispose();
        _paths.Dispose();
    }

    private static OuterSockets Bind(UdpIo io, int port)
    {
        try
        {
            return new OuterSockets(io, port);
        }
        catch (SocketException e)
        {
            throw CommandException.Unavailable($"--port {port}: this UDP port cannot be had ({e.Message}); another, or 0 for any, was expected", e);
        }
    }

    // The same failure again and again is said once, and failures that differ once a minute: a name with several addresses may
    // tell them in another order each time.
    private bool IsSaid(string? last, long at, string? why) => last == why || (last is not null && why is not null && _time.GetElapsedTime(at) < SayAgain);

    private void SetMapping(PortMapping? mapping)
    {
        _network.SetMappings(mapping is null ? [] : [TransportAddress.From(mapping.External)]);
        _log.Write(
            "router",
            mapping is null ? "router: no port is open any more" : $"router: opened {mapping.External} by {mapping.Protocol}",
            ("address", mapping?.External.ToString()));
    }

    // Nothing was received meanwhile, and what is bound now may be another network's.
    private void OnOuterBroke(TransportAddress at, SocketError error, SocketError? obstacle)
    {
        LogBroke(at, error, obstacle);
        if (obstacle is null) _paths.OnNetworkDoubt();
    }

    private void LogBroke(TransportAddress at, SocketError error, SocketError? obstacle) => _log.Write(
        "socket",
        $"udp {at}: the socket broke ({error}) and {(obstacle is null ? "is bound again" : $"cannot be bound again ({obstacle}); trying on")}",
        ("address", at.ToString()),
        ("error", error.ToString()),
        ("state", obstacle is null ? "bound" : "broken"));

    // One line for each move; what only adds or ends a second way is no news.
    private void LogChange(PathChange change)
    {
        if (!change.IsMove) return;
        var to = change.To.UsesDirect ? $"direct {change.To.Direct}" : "relay";
        _log.Write(
            "path",
            $"{change.Peer.Key} {(change.From.UsesDirect ? $"direct {change.From.Direct}" : "relay")} -> {to}: {ReasonText.Of(change.Reason)}",
            ("peer", change.Peer.Key.ToText()),
            ("path", change.To.UsesDirect ? "direct" : "relay"),
            ("address", change.To.UsesDirect ? change.To.Direct.ToString() : null),
            ("reason", ReasonText.Of(change.Reason)));
    }
}
