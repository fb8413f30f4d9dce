using System.Net;
using Relay.Agent.Up.Data;
using Relay.Agent.WireGuard;
using Relay.Client;

namespace Relay.Agent.Up;

/// <summary>
/// Keeps WireGuard's peers pointed at their local addresses: at the start, when WireGuard restarts, when somebody set another
/// one. Where that is not permitted it says once what to set by hand.
/// </summary>
internal sealed class WireGuardKeeper(IWireGuard wireGuard, UpSettings settings, WireGuardSide side, PeerTable peers, IPeerSet peerSet, AgentLog log, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // While the interface is being made: its peers come a moment after it.
    private static readonly TimeSpan ShortInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly Nudge _now = new();
    private bool? _running;
    private bool _told, _complete;

    /// <summary>Something may have changed: look at once.</summary>
    internal void Hurry() => _now.Set();

    /// <summary>Looks now and then, until it is stopped.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        side.Doubted = Hurry;
        while (true)
        {
            await LookAsync(stop);
            await _now.WaitAsync(_complete ? Interval : ShortInterval, time, stop);
            await Task.Delay(Pace, time, stop); // whatever sends from a wrong port may send a lot
        }
    }

    /// <summary>Compares what WireGuard has with what it should have, once.</summary>
    internal async Task LookAsync(CancellationToken stop)
    {
        try
        {
            var state = await wireGuard.ReadAsync(stop);
            state?.PrivateKey?.Dispose(); // not needed here, and each look brings another copy
            side.IsAsked = state is not null;
            _complete = state is not null && peers.All.All(p => state.Peers.ContainsKey(p.Key));
            if (state is null) Report(false, $"{settings.Device}: there is no such interface yet; waiting for it (wg-quick up {settings.Device})");
            else await ApplyAsync(state, stop);
        }
        catch (WireGuardException e)
        {
            (side.IsAsked, _complete) = (false, true);
            if (!_told) TellByHand(e);
            _told = true;
        }
    }

    private async Task ApplyAsync(WireGuardState state, CancellationToken stop)
    {
        if (state.ListenPort > 0) side.Set(state.ListenPort);
        if (settings.Peers is null)
        {
            foreach (var key in state.Peers.Keys) peerSet.Add(key);
            foreach (var gone in peers.All.Where(p => !state.Peers.ContainsKey(p.Key)).ToList()) peerSet.Remove(gone.Key);
        }

        var set = 0;
        foreach (var link in peers.All)
        {
            // A peer that the interface has not (yet) is not made here: its allowed addresses are not ours to decide.
            if (!state.Peers.TryGetValue(link.Key, out var endPoint) || Local(link).Equals(endPoint)) continue;
            await wireGuard.SetEndPointAsync(link.Key, Local(link), stop);
            set++;
        }

        var (count, pointed) = (peers.All.Count, set > 0 ? $", {set} pointed at this agent" : "");
        Report(true, $"{settings.Device}: WireGuard listens on port {state.ListenPort}; {count} peer{(count == 1 ? "" : "s")}{pointed}", set > 0);
    }

    private void TellByHand(WireGuardException e)
    {
        log.Write("wireguard", $"{e.Message}; set the peers' addresses by hand:", ("state", "by hand"), ("why", e.Message));
        foreach (var link in peers.All)
        {
            var command = $"wg set {settings.Device} peer {link.Key.ToWireGuard()} endpoint {Local(link)}";
            log.Write("wireguard", $"  {command}", ("command", command));
        }
    }

    private void Report(bool running, string text, bool always = false)
    {
        if (_running != running || always) log.Write("wireguard", text, ("state", running ? "running" : "missing"));
        _running = running;
    }

    private static IPEndPoint Local(PeerLink link) => link.Socket.LocalAddress.ToIPEndPoint();
}
