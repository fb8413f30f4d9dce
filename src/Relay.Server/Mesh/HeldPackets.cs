using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Queues;

namespace Relay.Server.Mesh;

/// <summary>
/// The first packets for keys that are being looked for. They wait at most until the answer, and there are never many: what
/// handshakes need, and no store for whoever floods a relay with packets to nobody. Thread safe.
/// </summary>
internal sealed class HeldPackets(TimeProvider time, Action<NodeKey, NodeKey> notFound)
{
    // notFound: the key, and a client that is to be told, since it would otherwise keep trying.
    private const int MaxKeys = 1024;
    private const int MaxPerKey = 64;
    private const int MaxBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2.5);

    private readonly Lock _gate = new();
    private readonly Dictionary<NodeKey, Waiting> _waiting = [];
    private int _bytes;
    private long _dropped;

    /// <summary>Packets that were given up.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>
    /// Keeps a SendPacket frame. False: there is no room for it. <paramref name="first"/>: nobody waits for this key yet, so
    /// that it is to be looked for.
    /// </summary>
    public bool TryHold(NodeKey key, NodeKey source, ReadOnlySpan<byte> frame, PacketKind kind, out bool first)
    {
        lock (_gate)
        {
            first = !_waiting.TryGetValue(key, out var waiting);
            if (_bytes + frame.Length > MaxBytes || (first ? _waiting.Count >= MaxKeys : waiting!.Packets.Count >= MaxPerKey)) return false;
            if (first) _waiting[key] = waiting = new Waiting(time.GetTimestamp());
            waiting!.Packets.Add((source, frame.ToArray(), kind));
            _bytes += frame.Length;
            return true;
        }
    }

    /// <summary>The key was found: its packets go there.</summary>
    public void Release(NodeKey key, Outbox? to)
    {
        foreach (var (source, frame, kind) in Take(key))
        {
            if (to is not null)
            {
                to.AppendForwards(frame, 1, kind, source);
                continue;
            }

            Interlocked.Increment(ref _dropped);
            if (kind == PacketKind.Disco) notFound(key, source);
        }

        to?.Flush();
    }

    /// <summary>Gives up what has waited too long.</summary>
    public void OnBeat()
    {
        List<NodeKey> late;
        lock (_gate) late = [.. _waiting.Where(w => time.GetElapsedTime(w.Value.Since) > Longest).Select(w => w.Key)];
        foreach (var key in late) Release(key, null);
    }

    private List<(NodeKey Source, byte[] Frame, PacketKind Kind)> Take(NodeKey key)
    {
        lock (_gate)
        {
            if (!_waiting.Remove(key, out var waiting)) return [];
            _bytes -= waiting.Packets.Sum(p => p.Frame.Length);
            return waiting.Packets;
        }
    }

    private sealed record Waiting(long Since)
    {
        public List<(NodeKey Source, byte[] Frame, PacketKind Kind)> Packets { get; } = [];
    }
}
