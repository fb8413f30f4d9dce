using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Relay.Paths.Disco;
using Relay.Stun.Messages;

namespace Relay.Paths.Candidates;

/// <summary>
/// A peer's addresses: those it named, and those its pings or data came from. Bounded in every direction, as both are the
/// peer's to choose.
/// </summary>
internal sealed class CandidateSet
{
    internal const int MaxNamed = 32;
    internal const int MaxHeard = 16;

    // A list is read no further than this: nobody has so many addresses, and those who say so mean no good.
    private const int MaxRead = 128;

    // One address of the internet may appear with several ports (a NAT that changes them), but not with any number.
    private const int MaxNamedPerIp = 8;

    private static readonly TimeSpan KeepHeard = TimeSpan.FromSeconds(45);

    private readonly Dictionary<TransportAddress, Candidate> _all = [];

    internal int Count => _all.Count;

    internal IEnumerable<Candidate> All => _all.Values;

    internal bool TryGet(in TransportAddress address, [NotNullWhen(true)] out Candidate? candidate) => _all.TryGetValue(address, out candidate);

    /// <summary>
    /// Takes over the list of a call-me-maybe in place of the one before, without what <paramref name="refused"/> holds.
    /// An address that was named and no longer is goes, unless it is <paramref name="current"/>.
    /// </summary>
    /// <returns>Whether an address is new.</returns>
    internal bool Name(in CallMeMaybe message, IReadOnlySet<TransportAddress> refused, Candidate? current)
    {
        var before = _all.Values.Where(candidate => candidate.Named).ToList();
        before.ForEach(candidate => candidate.Named = false);
        var (named, added) = (0, false);
        var perIp = new Dictionary<TransportAddress, int>();
        for (var i = 0; i < message.Count && i < MaxRead && named < MaxNamed; i++)
        {
            var address = message[i];
            if (refused.Contains(address) || !AddressRules.CanBePeer(address)) continue;
            var known = _all.TryGetValue(address, out var candidate);
            if (known && candidate!.Named) continue;
            ref var sameIp = ref CollectionsMarshal.GetValueRefOrAddDefault(perIp, address.WithPort(0), out _);
            if (sameIp++ >= MaxNamedPerIp) continue;
            if (!known) _all.Add(address, candidate = new Candidate(address));
            candidate!.Named = true;
            named++;
            added |= !known;
        }

        foreach (var candidate in before.Where(candidate => !candidate.Named && candidate != current)) _all.Remove(candidate.Address);
        return added;
    }

    /// <summary>A valid ping, or data, came from an address: one more to try. Null when it cannot be a peer's.</summary>
    internal Candidate? Hear(TimeSpan now, in TransportAddress address, IReadOnlySet<TransportAddress> refused, Candidate? current)
    {
        if (!_all.TryGetValue(address, out var candidate))
        {
            if (refused.Contains(address) || !AddressRules.CanBePeer(address)) return null;
            MakeRoom(current);
            _all.Add(address, candidate = new Candidate(address));
        }

        candidate.HeardAt = now;
        return candidate;
    }

    /// <summary>Drops addresses that only pings told of, none of them lately.</summary>
    internal void DropSilent(TimeSpan now, Candidate? current)
    {
        foreach (var candidate in _all.Values.Where(c => !c.Named && c != current && now - c.HeardAt > KeepHeard).ToList())
            _all.Remove(candidate.Address);
    }

    internal void Clear() => _all.Clear();

    private void MakeRoom(Candidate? current)
    {
        var heard = _all.Values.Where(c => !c.Named && c != current).ToList();
        if (heard.Count >= MaxHeard) _all.Remove(heard.MinBy(c => c.HeardAt)!.Address);
    }
}
