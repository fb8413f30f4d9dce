using System.Collections.Concurrent;
using Relay.Stun.Messages;

namespace Relay.Paths;

/// <summary>
/// Which peer sends from which address, for data packets that do not say so themselves. Written by the engine, read
/// without a lock by the threads that receive.
/// </summary>
internal sealed class AddressBook
{
    // More than a peer has candidates: the addresses it left a moment ago still deliver what was under way.
    private const int MaxPerPeer = 64;

    private static readonly TimeSpan ProofHolds = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<TransportAddress, Entry> _entries = new();
    private readonly Dictionary<PeerPath, Queue<TransportAddress>> _perPeer = [];

    internal PeerPath? Find(in TransportAddress address) => _entries.TryGetValue(address, out var entry) ? entry.Peer : null;

    /// <summary>
    /// Notes that a peer's valid message came from an address. A ping says so much, but it may be another's, sent once
    /// more from elsewhere: it takes no address from a peer who proved it by answering a probe there.
    /// </summary>
    internal void Note(TimeSpan now, in TransportAddress address, PeerPath peer, bool proven)
    {
        if (_entries.TryGetValue(address, out var known))
        {
            if (known.Peer == peer)
            {
                if (proven) known.ProvenAt = now;
                return;
            }

            if (!proven && now - known.ProvenAt < ProofHolds) return;
        }

        _entries[address] = new Entry(peer) { ProvenAt = proven ? now : Timing.Never };
        if (!_perPeer.TryGetValue(peer, out var addresses)) _perPeer.Add(peer, addresses = new Queue<TransportAddress>());
        addresses.Enqueue(address);
        if (addresses.Count > MaxPerPeer) Remove(addresses.Dequeue(), peer);
    }

    internal void Remove(PeerPath peer)
    {
        if (!_perPeer.Remove(peer, out var addresses)) return;
        foreach (var address in addresses) Remove(address, peer);
    }

    private void Remove(in TransportAddress address, PeerPath peer)
    {
        if (_entries.TryGetValue(address, out var entry) && entry.Peer == peer) _entries.TryRemove(address, out _);
    }

    private sealed class Entry(PeerPath peer)
    {
        internal PeerPath Peer { get; } = peer;

        internal TimeSpan ProvenAt { get; set; }
    }
}
