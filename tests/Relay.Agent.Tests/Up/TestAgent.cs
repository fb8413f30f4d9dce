using System.Globalization;
using Relay.Agent.Maps;
using Relay.Agent.Up;
using Relay.Agent.Up.Network;
using Relay.Protocol.Keys;
using Relay.Testing;
using Relay.Udp;

namespace Relay.Agent.Tests.Up;

/// <summary>An agent in this process, with a WireGuard that the test plays.</summary>
internal sealed class TestAgent : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly StringWriter _text = new(CultureInfo.InvariantCulture);
    private readonly TextWriter _log;
    private readonly Task _run;

    public TestAgent(
        RelaydProcess relay, NodePrivateKey key, NodeKey[]? peers, bool portable = false, NodeKey[]? interfacePeers = null, RelaySource? source = null, INetworkWatch? watch = null)
    {
        (Key, _log) = (key, TextWriter.Synchronized(_text));
        WireGuard = new FakeWireGuard(interfacePeers ?? peers ?? []);
        ControlPath = Path.Combine(Path.GetTempPath(), $"relay-{Guid.NewGuid():N}.sock");
        var settings = new UpSettings
        {
            Device = "wg-test",
            Key = key,
            Peers = peers,
            Mtu = 1420,
            Source = source ?? RelaySource.FromUrl($"http://{relay.RelayEndPoint}", null, relay.StunEndPoint.Port),
            ControlPath = ControlPath,
        };
        Node = new AgentNode(
            settings,
            WireGuard,
            new AgentLog(_log, false, TimeProvider.System),
            TimeProvider.System,
            portable ? UdpIo.Portable : null,
            watch ?? (portable ? new PortableWatch(TimeProvider.System) : null));
        _run = Node.RunAsync(_stop.Token);
    }

    public NodePrivateKey Key { get; }

    public FakeWireGuard WireGuard { get; }

    public AgentNode Node { get; }

    public string ControlPath { get; }

    public string Log
    {
        get
        {
            // A synchronized writer's own lock: the text may not be read while a line is added.
            lock (_log) return _text.ToString();
        }
    }

    public Task SaysAsync(string text) => Eventually.True(() => Log.Contains(text, StringComparison.Ordinal), $"the agent to say \"{text}\"");

    public Task PointedAsync(NodeKey peer) => Eventually.True(() => WireGuard.EndPointOf(peer) is not null, "WireGuard to be pointed at the agent");

    /// <summary>It is at the relay, and WireGuard knows where it has this peer.</summary>
    public async Task ConnectedAsync(NodeKey peer)
    {
        await PointedAsync(peer);
        await SaysAsync("connected");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Eventually.Done(_run, "the agent to stop");
        await Node.DisposeAsync();
        WireGuard.Dispose();
        _stop.Dispose();
    }
}
