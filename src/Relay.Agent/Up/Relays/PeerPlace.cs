using System.Collections.Concurrent;

namespace Relay.Agent.Up.Relays;

/// <summary>What is known of a peer's presence at the relays: where it was found missing, until it is heard from there.</summary>
internal sealed class PeerPlace(TimeProvider time)
{
    // A peer that connects says nothing to us: after this it is looked for again.
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<RelayLink, long> _missing = new();

    // Almost always false, and asked for each packet: the dictionary would take locks to say so.
    private volatile bool _anyMissing;

    internal void MissingAt(RelayLink relay)
    {
        _missing[relay] = time.GetTimestamp();
        _anyMissing = true;
    }

    internal void SeenAt(RelayLink relay)
    {
        if (!_anyMissing) return;
        _missing.TryRemove(relay, out _);
        _anyMissing = !_missing.IsEmpty;
    }

    internal bool IsMissingAt(RelayLink relay) =>
        _anyMissing && _missing.TryGetValue(relay, out var when) && time.GetElapsedTime(when) < Memory;
}
