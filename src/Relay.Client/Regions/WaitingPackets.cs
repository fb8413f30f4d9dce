using Relay.Protocol.Keys;

namespace Relay.Client.Regions;

/// <summary>
/// Packets for a region that is being connected to: the last 32 of them, and none older than 10 s, which is how long connecting
/// may take (spec/path-selection.md 11.1). Thread safe.
/// </summary>
internal sealed class WaitingPackets(TimeProvider time)
{
    private const int Most = 32;
    private static readonly TimeSpan Oldest = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Queue<(NodeKey To, byte[] Packet, long Since)> _packets = new();

    /// <summary>Keeps a copy, unless the connection stands by now.</summary>
    internal bool TryAdd(NodeKey to, ReadOnlyMemory<byte> packet, Func<bool> isUp)
    {
        lock (_gate)
        {
            if (isUp()) return false;
            if (_packets.Count == Most) _packets.Dequeue();
            _packets.Enqueue((to, packet.ToArray(), time.GetTimestamp()));
            return true;
        }
    }

    /// <summary>Hands them over: the connection stands.</summary>
    internal void Drain(Action<NodeKey, byte[]> send)
    {
        lock (_gate)
        {
            while (_packets.TryDequeue(out var waiting))
            {
                if (time.GetElapsedTime(waiting.Since) < Oldest) send(waiting.To, waiting.Packet);
            }
        }
    }
}
