using Relay.Protocol.Keys;
using Relay.Server.Diagnostics;
using Relay.Server.Queues;

namespace Relay.Server.Mesh;

/// <summary>How a link stands at one moment, and what it did since the start. Immutable.</summary>
public sealed class MeshLinkSnapshot
{
    private readonly TrafficTotals _traffic;
    private readonly (long Packets, long Bytes) _unsent;
    private readonly long[] _ends;

    internal MeshLinkSnapshot(
        string name, MeshLinkState state, NodeKey relayKey, TrafficTotals traffic, (long Packets, long Bytes) unsent, long[] ends,
        (int Packets, int Bytes) waiting, int keys, long forwardedIn)
    {
        (Name, State, RelayKey, _traffic, _unsent, _ends) = (name, state, relayKey, traffic, unsent, ends);
        (PacketsWaiting, BytesWaiting, Keys, ForwardedIn) = (waiting.Packets, waiting.Bytes, keys, forwardedIn);
    }

    /// <summary>What the operator calls the other relay.</summary>
    public string Name { get; }

    /// <summary>How it stands.</summary>
    public MeshLinkState State { get; }

    /// <summary>The other relay's key; zero while it is not known.</summary>
    public NodeKey RelayKey { get; }

    /// <summary>Packets that wait to be written.</summary>
    public int PacketsWaiting { get; }

    /// <summary>Bytes of them, headers included.</summary>
    public int BytesWaiting { get; }

    /// <summary>Keys that the other relay is known to have.</summary>
    public int Keys { get; }

    /// <summary>Packets that the other relay forwarded here.</summary>
    public long ForwardedIn { get; }

    /// <summary>Packets forwarded there, or being written. What waits is not among them.</summary>
    public long ForwardedOut => _traffic.PacketsOut.Sum() - _unsent.Packets;

    /// <summary>Their data bytes.</summary>
    public long BytesOut => _traffic.BytesOut.Sum() - _unsent.Bytes;

    /// <summary>Packets that were lost on their way to the other relay.</summary>
    public long Dropped(DropReason reason) => _traffic.Drops.Packets(reason);

    /// <summary>Times that it ended, or could not be opened.</summary>
    public long Ends(LinkEnd reason) => _ends[(int)reason];
}
