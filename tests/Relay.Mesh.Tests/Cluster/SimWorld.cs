using Microsoft.Extensions.Time.Testing;
using Relay.Mesh.Cluster;
using Relay.Protocol.Keys;

namespace Relay.Mesh.Tests.Cluster;

/// <summary>
/// A region in simulated time: relays with real presence tables, a model of the store, and messages that take their time.
/// Everything follows from the seed.
/// </summary>
internal sealed class SimWorld(int seed)
{
    private readonly PriorityQueue<Action, (long At, long Number)> _events = new();
    private readonly List<SimRelay> _relays = [];
    private readonly Dictionary<NodeKey, SimRelay> _homes = [];
    private long _number;
    private ulong _lastId;

    public FakeTimeProvider Time { get; } = new();

    public Random Random { get; } = new(seed);

    public SimStore Store { get; } = new();

    public IReadOnlyList<SimRelay> Relays => _relays;

    /// <summary>Where each connected client is now, by its youngest connection.</summary>
    public IReadOnlyDictionary<NodeKey, SimRelay> Homes => _homes;

    private long Now => Time.GetTimestamp();

    public SimRelay AddRelay()
    {
        var relay = new SimRelay(new RelayId(++_lastId), this);
        _relays.Add(relay);
        Store.Join(relay);
        After(Random.Next(1, 2000), relay.Beat);
        TellMembers();
        return relay;
    }

    /// <summary>A crash: its clients are cut off, and everybody learns it when its lease has ended.</summary>
    public void Crash(SimRelay relay)
    {
        _relays.Remove(relay);
        relay.Crashed = true;
        foreach (var key in _homes.Where(home => home.Value == relay).Select(home => home.Key).ToList()) _homes.Remove(key);
        After(15_000, () =>
        {
            Store.Leave(relay);
            TellMembers();
        });
    }

    /// <summary>The client connects here. Its connection elsewhere, if it has one, may stay for a while, dead.</summary>
    public void Connect(NodeKey key, SimRelay relay, bool oldOneHangs)
    {
        if (_homes.TryGetValue(key, out var old) && old != relay)
        {
            old.Dead.Add(key);
            After(oldOneHangs ? 80_000 : 1, () => old.TimeOut(key));
        }

        _homes[key] = relay;
        relay.Connect(key);
    }

    public void Disconnect(NodeKey key)
    {
        if (_homes.Remove(key, out var relay)) relay.Disconnect(key);
    }

    /// <summary>Does something after so many milliseconds.</summary>
    public void After(int milliseconds, Action what) => _events.Enqueue(what, (Now + milliseconds * TimeSpan.TicksPerMillisecond, _number++));

    /// <summary>Lets the time pass, and everything happen that is due.</summary>
    public void Run(int milliseconds)
    {
        var end = Now + milliseconds * TimeSpan.TicksPerMillisecond;
        while (_events.TryPeek(out _, out var due) && due.At <= end)
        {
            var what = _events.Dequeue();
            if (due.At > Now) Time.Advance(TimeSpan.FromTicks(due.At - Now));
            what();
        }

        if (end > Now) Time.Advance(TimeSpan.FromTicks(end - Now));
    }

    /// <summary>A packet from a client of this relay. How many relays it went on to, and whether the client got it.</summary>
    public (int Hops, bool Arrived) Send(SimRelay from, NodeKey to)
    {
        if (from.HasAlive(to) || (from.Has(to) && from.Table.PlaceOf(to) is null)) return (0, from.HasAlive(to));
        if (from.Table.PlaceOf(to) is not { } place)
        {
            from.Table.OnFind(to);
            return (0, false);
        }

        // One hop: delivered there or dropped, and told back.
        if (_relays.FirstOrDefault(relay => relay.Id == place) is not { } relay) return (1, false);
        if (relay.Has(to)) return (1, relay.HasAlive(to));
        relay.Table.OnGone(to);
        After(Random.Next(1, 50), () => from.Do(() => from.Table.OnMistaken(to, place)));
        return (1, false);
    }

    /// <summary>The store comes back, with or without what it knew.</summary>
    public void EndOutage(bool flushed)
    {
        Store.Available = true;
        if (flushed) Store.Flush();
        foreach (var relay in _relays)
        {
            Store.Join(relay);
            After(Random.Next(1, 3000), () => relay.Do(relay.Rebuild));
        }

        TellMembers();
    }

    /// <summary>News reach each relay in their order, each relay in its own time.</summary>
    public void Publish(Action<SimRelay> news)
    {
        foreach (var relay in _relays)
        {
            relay.NewsAt = Math.Max(relay.NewsAt, Now + Random.Next(1, 30) * TimeSpan.TicksPerMillisecond);
            _events.Enqueue(() => relay.Do(() => news(relay)), (relay.NewsAt, _number++));
        }
    }

    private void TellMembers()
    {
        // Each learns it from its next beat, which asks for what is true then.
        foreach (var relay in _relays) After(Random.Next(1, 2000), () => relay.Do(() => relay.Table.OnMembers(Store.Members.Where(id => id != relay.Id))));
    }
}
