using Relay.Protocol.Keys;

namespace Relay.Paths.Tests.Simulation;

/// <summary>A relay: in order, with a delay of its own, and losing what its queue does not hold.</summary>
internal sealed class SimRelay(SimNetwork network)
{
    private readonly Dictionary<NodeKey, SimNode> _nodes = [];

    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>As much more for each packet by itself.</summary>
    public TimeSpan Jitter { get; set; }

    /// <summary>How often each packet is delivered.</summary>
    public int Copies { get; set; } = 1;

    public double Loss { get; set; }

    public bool Down { get; set; }

    public long Packets { get; private set; }

    public void Attach(SimNode node) => _nodes[node.Key] = node;

    public void Detach(SimNode node) => _nodes.Remove(node.Key);

    public void Carry(SimNode from, NodeKey to, byte[] packet)
    {
        if (Down || network.Random.NextDouble() < Loss) return;
        Packets++;
        for (var copy = 0; copy < Copies; copy++) network.Schedule(Delay + Jitter * network.Random.NextDouble(), () => Deliver(from, to, packet));
    }

    private void Deliver(SimNode from, NodeKey to, byte[] packet)
    {
        if (Down) return;
        if (_nodes.TryGetValue(to, out var node)) node.ReceiveRelayed(from.Key, packet);
        else from.PeerGone(to);
    }
}
