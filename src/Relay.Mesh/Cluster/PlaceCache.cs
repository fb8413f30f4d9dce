using Relay.Protocol.Keys;

namespace Relay.Mesh.Cluster;

/// <summary>
/// Where keys of others are, or that nobody has them, as was last said: so many at most, the oldest go first. Each change of a
/// place is told. Not thread safe.
/// </summary>
/// <param name="most">How many may be known.</param>
/// <param name="place">Told of a key's new place; null: nowhere.</param>
/// <param name="time">For how long an absence lasts.</param>
internal sealed class PlaceCache(int most, Action<NodeKey, RelayId?> place, TimeProvider time)
{
    // For so long a key that nobody has is not asked for again: news of its coming end that at once.
    private static readonly TimeSpan AbsentFor = TimeSpan.FromSeconds(2);

    private readonly Dictionary<NodeKey, Place> _known = [];
    private readonly Queue<NodeKey> _order = [];

    /// <summary>Keys whose place, or absence, is known.</summary>
    public int Count => _known.Count;

    public bool Contains(NodeKey key) => _known.ContainsKey(key);

    /// <summary>Null: nobody has the key, or it is not known who.</summary>
    public RelayId? RelayOf(NodeKey key) => _known.GetValueOrDefault(key).Relay;

    /// <summary>What is known of the key (null: nobody has it). False: nothing, or it is too old.</summary>
    public bool TryGet(NodeKey key, out RelayId? relay)
    {
        var found = _known.TryGetValue(key, out var known);
        relay = known.Relay;
        return found && (relay is not null || time.GetElapsedTime(known.Since) <= AbsentFor);
    }

    /// <summary>All of it, at this moment.</summary>
    public IReadOnlyList<(NodeKey Key, RelayId? Relay)> ToList() => [.. _known.Select(known => (known.Key, known.Value.Relay))];

    public void Put(NodeKey key, RelayId relay)
    {
        Store(key, new Place(relay, 0));
        place(key, relay);
    }

    public void PutAbsent(NodeKey key)
    {
        var placed = RelayOf(key) is not null;
        Store(key, new Place(null, time.GetTimestamp()));
        if (placed) place(key, null);
    }

    public void Forget(NodeKey key)
    {
        if (_known.Remove(key, out var known) && known.Relay is not null) place(key, null);
    }

    private void Store(NodeKey key, Place known)
    {
        if (!_known.ContainsKey(key)) _order.Enqueue(key);
        _known[key] = known;

        // A key may stand in the queue although it is forgotten already.
        while (_known.Count > most) Forget(_order.Dequeue());
        if (_order.Count > 2 * most) Compact();
    }

    private void Compact()
    {
        var still = _order.Where(_known.ContainsKey).Distinct().ToList();
        _order.Clear();
        foreach (var key in still) _order.Enqueue(key);
    }

    private readonly record struct Place(RelayId? Relay, long Since);
}
