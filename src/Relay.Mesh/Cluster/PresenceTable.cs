using Relay.Protocol.Keys;

namespace Relay.Mesh.Cluster;

/// <summary>
/// What one relay knows of who is where: its own clients, and a cache of others'. Pure: events in, effects out, no I/O; the
/// races it has to stand are listed in docs/presence.md, and a simulation drives many of these against each other.
/// </summary>
/// <remarks>
/// The store orders all claims, so what it says last is right, and news of each change come in that order. An answer to a
/// question may be older than news that overtook it: then the news count. Not thread safe: one loop owns it.
/// </remarks>
internal sealed class PresenceTable(RelayId self, IPresenceEffects effects, TimeProvider time, int maxKnown = 250_000)
{
    // After the store was away: time for all relays to have noticed, and to have claimed again what is theirs.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2.5);

    // Places asked for again at once: 100 relays with 40,000 each would otherwise bury the store.
    private const int MostAtOnce = 2000;

    private readonly Dictionary<NodeKey, Own> _here = [];
    private readonly PlaceCache _known = new(maxKnown, effects.Place, time);
    private readonly Dictionary<NodeKey, RelayId?> _overtaken = [];
    private readonly HashSet<NodeKey> _asked = [];
    private readonly HashSet<NodeKey> _again = [];
    private readonly Queue<NodeKey> _doubtful = [];
    private HashSet<RelayId> _members = [];
    private long _backAt;

    /// <summary>Keys connected here.</summary>
    public int Here => _here.Count;

    /// <summary>Keys whose place, or absence, is cached.</summary>
    public int Known => _known.Count;

    /// <summary>Questions under way.</summary>
    public int Asked => _asked.Count;

    /// <summary>A connection was made here: younger than any other one.</summary>
    public void OnHere(NodeKey key)
    {
        _here[key] = new Own(time.GetTimestamp(), null);
        _known.Forget(key);
        effects.Claim(key, TimeSpan.Zero);
    }

    /// <summary>The last connection here has ended, or never was: a packet came here for it.</summary>
    public void OnGone(NodeKey key)
    {
        if (_here.Remove(key, out var own) && own.Elsewhere is { } relay) _known.Put(key, relay);
        effects.Unclaim(key);
    }

    /// <summary>A packet is for a key that the relay has no place for.</summary>
    public void OnFind(NodeKey key)
    {
        if (_asked.Contains(key)) return;
        if (_known.TryGet(key, out var relay)) effects.Answered(key, relay);
        else if (_asked.Add(key)) effects.Ask(key);
    }

    /// <summary>The store does not answer: what is known stays.</summary>
    public void OnUnanswered(NodeKey key) => OnAnswer(key, _known.RelayOf(key));

    /// <summary>The store's answer; null: nobody has the key.</summary>
    public void OnAnswer(NodeKey key, RelayId? answer)
    {
        if (_again.Remove(key))
        {
            effects.Ask(key);
            return;
        }

        if (!_asked.Remove(key)) return;
        var relay = _overtaken.Remove(key, out var news) ? news : answer;
        if (_here.ContainsKey(key))
        {
            // It came here meanwhile: the directory has it, and a client that sends once more reaches it.
            effects.Answered(key, null);
            return;
        }

        // A claim of ours that did not get out again.
        if (relay == self) effects.Unclaim(key);
        if (relay is { } found && found != self && _members.Contains(found)) _known.Put(key, found);
        else _known.PutAbsent(key);
        effects.Answered(key, _known.RelayOf(key));
    }

    /// <summary>News: <paramref name="relay"/> has the key now.</summary>
    public void OnClaimed(NodeKey key, RelayId relay)
    {
        if (relay == self)
        {
            // Whoever was said to have it had it before.
            if (_here.TryGetValue(key, out var ours) && ours.Elsewhere is not null)
            {
                _here[key] = ours with { Elsewhere = null };
                effects.Place(key, null);
            }

            return;
        }

        if (_asked.Contains(key)) _overtaken[key] = relay;
        if (_here.TryGetValue(key, out var own))
        {
            // Ours may be dead without anybody having noticed, or be another machine with the same key.
            _here[key] = own with { Elsewhere = relay };
            effects.Place(key, relay);
        }
        else if (_known.Contains(key))
        {
            _known.Put(key, relay);
        }
    }

    /// <summary>News: <paramref name="relay"/>, which had the key, has it no longer, and nobody else has claimed it.</summary>
    public void OnUnclaimed(NodeKey key, RelayId relay)
    {
        if (relay == self) return;
        if (_asked.Contains(key) && _overtaken.GetValueOrDefault(key, relay) == relay) _overtaken[key] = null;
        if (_here.TryGetValue(key, out var own))
        {
            if (own.Elsewhere == relay) TakeBack(key, own);
        }
        else if (_known.RelayOf(key) == relay)
        {
            _known.PutAbsent(key);
        }
    }

    /// <summary>A packet of the key came from this relay. Believed only where nothing is known: it may have been on its way for long.</summary>
    public void OnHeardFrom(NodeKey key, RelayId relay)
    {
        if (_members.Contains(relay) && !_here.ContainsKey(key) && _known.RelayOf(key) is null) _known.Put(key, relay);
    }

    /// <summary>The relay that was thought to have the key says that it has not.</summary>
    public void OnMistaken(NodeKey key, RelayId relay) => OnUnclaimed(key, relay);

    /// <summary>These relays live. What was said of others is void.</summary>
    public void OnMembers(IEnumerable<RelayId> members)
    {
        var before = _members;
        _members = [.. members];
        if (before.SetEquals(_members)) return;
        foreach (var (key, known) in _known.ToList())
        {
            if (known is not { } relay) continue;
            if (!_members.Contains(relay)) _known.Forget(key);
            else if (!before.Contains(relay)) effects.Place(key, relay); // news of its clients came before news of itself
        }

        foreach (var (key, own) in _here.ToList())
        {
            if (own.Elsewhere is { } relay && !_members.Contains(relay)) TakeBack(key, own);
        }
    }

    /// <summary>
    /// News may have been missed, or the store may have lost what it knew: all that is here is claimed again, as if nobody
    /// else had claimed it, which the store will say. Known places stay in use, and are asked for again when their relays have
    /// had time to do the same; answers under way are from before.
    /// </summary>
    public void OnStoreBack()
    {
        _again.UnionWith(_asked);
        foreach (var (key, own) in _here.ToList()) TakeBack(key, own);
        _backAt = time.GetTimestamp();
        _doubtful.Clear();
        foreach (var (key, relay) in _known.ToList())
        {
            if (relay is null) _known.Forget(key);
            else _doubtful.Enqueue(key);
        }
    }

    /// <summary>Some time has passed: some of the places of which news may have been missed are asked for again.</summary>
    public void AskAgain()
    {
        if (time.GetElapsedTime(_backAt) < Patience) return;
        for (var left = MostAtOnce; left > 0 && _doubtful.TryDequeue(out var key);)
        {
            if (_known.RelayOf(key) is null || !_asked.Add(key)) continue;
            effects.Ask(key);
            left--;
        }
    }

    /// <summary>What is inconsistent; empty means sound.</summary>
    public IReadOnlyList<string> CheckConsistency()
    {
        var problems = new List<string>();
        if (_here.Keys.Any(_known.Contains)) problems.Add("a key that is here is cached as elsewhere");
        if (_overtaken.Keys.Any(key => !_asked.Contains(key))) problems.Add("news are kept for a question that is not under way");
        if (_known.Count > maxKnown) problems.Add($"{_known.Count} places are cached, {maxKnown} may be");
        return problems;
    }

    /// <summary>Where this relay would send a packet for the key; null: nowhere, or to its own client.</summary>
    public RelayId? PlaceOf(NodeKey key) => _here.TryGetValue(key, out var own) ? own.Elsewhere : _known.RelayOf(key);

    private void TakeBack(NodeKey key, Own own)
    {
        _here[key] = own with { Elsewhere = null };
        if (own.Elsewhere is not null) effects.Place(key, null);
        effects.Claim(key, time.GetElapsedTime(own.Since));
    }

    private readonly record struct Own(long Since, RelayId? Elsewhere);
}
