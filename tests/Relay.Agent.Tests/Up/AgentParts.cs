using Relay.Agent.Maps;
using Relay.Agent.Up;
using Relay.Agent.Up.Data;
using Relay.Agent.Up.Relays;
using Relay.Client;
using Relay.Paths;
using Relay.Protocol.Keys;
using Relay.Udp;

namespace Relay.Agent.Tests.Up;

/// <summary>What most parts of an agent need, for a test of one of them. Nothing runs: there is no relay.</summary>
internal sealed class AgentParts : IAsyncDisposable
{
    public AgentParts()
    {
        Source = RelaySource.FromUrl("http://127.0.0.1:9", null, -1);
        Relays = new RelaySide(Source, null, Key, new NoEvents(), TimeProvider.System);
        Paths = new PathDriver(Key, new PathOptions(), UdpIo.Best, Outer, Relays.Network, _ => { }, TimeProvider.System);
    }

    public NodePrivateKey Key { get; } = NodePrivateKey.Generate();

    public RelaySource Source { get; }

    public OuterSockets Outer { get; } = new(UdpIo.Best, 0);

    public RelaySide Relays { get; }

    public PathDriver Paths { get; }

    public async ValueTask DisposeAsync()
    {
        await Relays.DisposeAsync();
        Outer.Dispose();
        Paths.Dispose();
        Key.Dispose();
    }

    private sealed class NoEvents : IRelayEvents
    {
        public IDatagramWriter CreateWriter() => throw new NotSupportedException();

        public void Received(NodeKey from, int region, ReadOnlyMemory<byte> packet, IDatagramWriter writer) => throw new NotSupportedException();

        public void PeerGone(NodeKey key) => throw new NotSupportedException();

        public void Changed(int region, RelayState state, string? why)
        {
            // It is never started.
        }

        public void HomeChanged(int region) => throw new NotSupportedException();
    }
}
