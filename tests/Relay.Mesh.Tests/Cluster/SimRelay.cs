using Relay.Mesh.Cluster;
using Relay.Protocol.Keys;

namespace Relay.Mesh.Tests.Cluster;

/// <summary>A relay of the simulation: a real table, its connections, and its side of the traffic with the store.</summary>
internal sealed class SimRelay : IPresenceEffects
{
    private readonly SimWorld _world;
    private readonly HashSet<NodeKey> _connections = [];
    private readonly Dictionary<NodeKey, long?> _updates = [];
    private bool _writing;

    public SimRelay(RelayId id, SimWorld world)
    {
        (Id, _world) = (id, world);
        Table = new PresenceTable(id, this, world.Time, maxKnown: 50);
    }

    public RelayId Id { get; }

    public PresenceTable Table { get; }

    /// <summary>Connections whose clients are elsewhere by now.</summary>
    public HashSet<NodeKey> Dead { get; } = [];

    public bool Crashed { get; set; }

    /// <summary>When the last news under way arrives.</summary>
    public long NewsAt { get; set; }

    public bool Has(NodeKey key) => _connections.Contains(key);

    public bool HasAlive(NodeKey key) => _connections.Contains(key) && !Dead.Contains(key);

    public void Connect(NodeKey key)
    {
        Dead.Remove(key);
        _connections.Add(key);
        Table.OnHere(key);
    }

    public void Disconnect(NodeKey key)
    {
        if (_connections.Remove(key)) Do(() => Table.OnGone(key));
    }

    /// <summary>The relay notices at last that a connection is dead.</summary>
    public void TimeOut(NodeKey key)
    {
        if (Dead.Remove(key)) Disconnect(key);
    }

    public void Rebuild()
    {
        Table.OnStoreBack();
        Write();
    }

    /// <summary>What comes with each beat.</summary>
    public void Beat()
    {
        if (Crashed) return;
        Table.AskAgain();
        _world.After(2000, Beat);
    }

    /// <summary>Something happens here, unless the relay is no more.</summary>
    public void Do(Action what)
    {
        if (!Crashed) what();
    }

    public void Claim(NodeKey key, TimeSpan age)
    {
        _updates[key] = (_world.Time.GetUtcNow() - age).UtcTicks;
        Write();
    }

    public void Unclaim(NodeKey key)
    {
        _updates[key] = null;
        Write();
    }

    public void Ask(NodeKey key) => _world.After(_world.Random.Next(1, 40), () =>
    {
        var (answers, answer) = (_world.Store.Available, _world.Store.Find(key));
        _world.After(_world.Random.Next(1, 40), () => Do(() =>
        {
            if (answers) Table.OnAnswer(key, answer);
            else Table.OnUnanswered(key);
        }));
    });

    public void Place(NodeKey key, RelayId? relay)
    {
        // The table itself is asked where a packet goes.
    }

    public void Answered(NodeKey key, RelayId? relay)
    {
    }

    private void Write()
    {
        if (_writing || _updates.Count == 0) return;
        _writing = true;
        var batch = _updates.ToList();
        _updates.Clear();
        _world.After(_world.Random.Next(1, 60), () => Do(() => Apply(batch)));
    }

    private void Apply(List<KeyValuePair<NodeKey, long?>> batch)
    {
        _writing = false;
        if (!_world.Store.Available)
        {
            foreach (var (key, since) in batch) _updates.TryAdd(key, since);
            return;
        }

        foreach (var (key, since) in batch)
        {
            var (tell, stands) = _world.Store.Update(Id, key, since);
            if (stands is { } other) Table.OnClaimed(key, other);
            if (!tell) continue;
            if (since is null) _world.Publish(relay => relay.Table.OnUnclaimed(key, Id));
            else _world.Publish(relay => relay.Table.OnClaimed(key, Id));
        }

        Write();
    }
}
