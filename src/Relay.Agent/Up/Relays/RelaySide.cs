using Relay.Agent.Maps;
using Relay.Client;
using Relay.Protocol.Keys;

namespace Relay.Agent.Up.Relays;

/// <summary>
/// The relays of the map, and the loop that hands on what they bring. The agent stays connected to three at most: its home,
/// which is the nearest; the next nearest, so that no packet waits when the home restarts; and the map's first, where agents
/// with one map find each other wherever their homes are.
/// </summary>
internal sealed class RelaySide : IAsyncDisposable
{
    // A relay that is restarted should have its pairs back within moments; that many attempts harm nobody.
    private static readonly TimeSpan ReconnectLimit = TimeSpan.FromSeconds(1.5);

    private readonly RelaySource _source;
    private readonly IRelayEvents _events;
    private Task _loop = Task.CompletedTask;

    internal RelaySide(RelaySource source, int? region, NodePrivateKey key, IRelayEvents events, TimeProvider time)
    {
        (_source, _events) = (source, events);
        var map = region is { } only ? source.Map with { Regions = new() { [only] = source.Region(only) } } : source.Map;
        Network = new RelayNetwork(map, new RelayNetworkOptions
        {
            Client = new RelayClientOptions { PrivateKey = key, UseEnvironmentProxy = true, ReconnectLimit = ReconnectLimit, TimeProvider = time },
            PlainHttp = source.PlainHttp,
            KeepSpare = true,
        });
        Network.RegionChanged += (_, changed) => events.Changed(changed.Region, changed.Change.State, changed.Change.Cause?.Message);
        if (map.Regions.Count > 1) Network.HomeChanged += (_, changed) => events.HomeChanged(changed.Home);
    }

    internal RelayNetwork Network { get; }

    /// <summary>Starts it, and waits until it is stopped, or fails. Relayed packets come until it is disposed of.</summary>
    internal Task RunAsync(CancellationToken stop)
    {
        Network.Start();
        _loop = Task.Run(ReceiveAsync, CancellationToken.None);
        return _loop.WaitAsync(stop);
    }

    /// <summary>A region's relay, as logs and the status call it.</summary>
    internal string NameOf(int region) => _source.Map.Regions[region].Nodes.First(n => !n.STUNOnly).HostName;

    /// <summary>The relay by which packets to a peer go; null when none is connected.</summary>
    internal string? NameFor(RelayPeer peer) =>
        (peer.Region ?? Network.Regions.FirstOrDefault(r => r.IsSteady)?.Region) is { } region ? NameOf(region) : null;

    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // whoever ran it has its failure
    }

    private async Task ReceiveAsync()
    {
        var writer = _events.CreateWriter();
        try
        {
            while (true)
            {
                var receive = Network.ReceiveAsync();
                if (!receive.IsCompleted) writer.Flush();
                var message = await receive;
                switch (message.Kind)
                {
                    case RelayMessageKind.Packet:
                        _events.Received(message.Key, message.Region, message.Payload, writer);
                        break;
                    case RelayMessageKind.PeerGone:
                        _events.PeerGone(message.Key);
                        break;
                    case RelayMessageKind.Restarting:
                        _events.Changed(message.Region, RelayState.Connected, "it is about to restart");
                        break;
                    default:
                        break;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            writer.Flush();
        }
    }
}
