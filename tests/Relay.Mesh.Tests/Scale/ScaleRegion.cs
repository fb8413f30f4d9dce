using System.Buffers.Binary;
using System.Security.Cryptography;
using Relay.Mesh.Cluster;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Mesh.Tests.Scale;

/// <summary>
/// Many relays in one process, with real connections to a real Redis each, and clients at random places that belong together
/// in groups.
/// </summary>
internal sealed class ScaleRegion : IAsyncDisposable
{
    /// <summary>Clients that talk to each other.</summary>
    public const int Group = 5;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(4);

    // What a client that moves before it leaves gives the region: RelayClient keeps its old connection for so long.
    private static readonly TimeSpan Overlap = TimeSpan.FromMilliseconds(250);

    private readonly Random _random = new(20261125);
    private readonly List<ScaleRelay> _relays = [];
    private readonly Queue<(long At, int Relay, int Client)> _leaving = new();
    private readonly NodeKey[] _clients;
    private readonly int[] _homes;
    private readonly NewsWatch _watch;

    public ScaleRegion(int relays, int clients, Uri redis, NewsWatch watch)
    {
        (_watch, _homes) = (watch, new int[clients]);
        for (var i = 0; i < relays; i++) _relays.Add(new ScaleRelay(i, redis));
        _clients = [.. Enumerable.Range(0, clients).Select(KeyOf)];
    }

    private IEnumerable<ClusterStatistics> Statistics => _relays.Select(relay => relay.Presence.Statistics);

    public Task KnownAsync() => Eventually.True(() => Statistics.All(one => one.Reachable && one.Members == _relays.Count), "all relays to know each other", Long);

    /// <summary>All clients connect, as fast as it goes.</summary>
    public async Task ConnectAllAsync()
    {
        for (var client = 0; client < _clients.Length; client++)
        {
            _homes[client] = _random.Next(_relays.Count);
            Here(client);
        }

        await ToldAsync();
    }

    /// <summary>Each client's relay asks where the others of its group are; returns how many questions that took.</summary>
    public async Task<long> AskAllAsync()
    {
        var (before, expected) = (Lookups, 0L);
        foreach (var some in Enumerable.Range(0, _clients.Length).Chunk(2000 * Group))
        {
            foreach (var client in some)
            {
                Ask(client);
                expected += GroupOf(client).Select(other => _homes[other]).Where(home => home != _homes[client]).Distinct().Count();
            }

            await Eventually.True(() => Known + Unanswered >= expected, "all questions to be answered", Long);
        }

        return Lookups - before;
    }

    /// <summary>So many clients a second come back elsewhere, and ask for their group.</summary>
    public async Task MoveAsync(int perSecond, TimeSpan time)
    {
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        var began = TimeProvider.System.GetTimestamp();
        for (long moved = 0; TimeProvider.System.GetElapsedTime(began) is var elapsed && elapsed < time; await timer.WaitForNextTickAsync())
        {
            for (; moved < elapsed.TotalSeconds * perSecond; moved++) Move(_random.Next(_clients.Length));
            Leave();
        }

        await ToldAsync();
    }

    /// <summary>A relay is restarted: its clients move to others within this time. Returns how many there were.</summary>
    public async Task<int> RestartAsync(int relay, TimeSpan spread)
    {
        var clients = Enumerable.Range(0, _clients.Length).Where(client => _homes[client] == relay).ToArray();
        _random.Shuffle(clients);
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        var began = TimeProvider.System.GetTimestamp();
        for (var moved = 0; moved < clients.Length; await timer.WaitForNextTickAsync())
        {
            var due = Math.Min(clients.Length, clients.Length * (TimeProvider.System.GetElapsedTime(began) / spread));
            for (; moved < due; moved++) Move(clients[moved]);
            Leave();
        }

        await ToldAsync();
        return clients.Length;
    }

    /// <summary>Redis is told of everything.</summary>
    public async Task ToldAsync()
    {
        while (_leaving.Count > 0)
        {
            await Task.Delay(Tick, TimeProvider.System);
            Leave();
        }

        await Eventually.True(() => Sum(one => one.Waiting) == 0 && Sum(one => one.Here) == _clients.Length, "Redis to be told of everything", Long);
    }

    /// <summary>Redis has come back empty: how long until all is told again.</summary>
    public Task RebuiltAsync(long rebuildsBefore) =>
        Eventually.True(() => Statistics.All(one => one.Reachable) && Rebuilds >= rebuildsBefore + _relays.Count && Sum(one => one.Waiting) == 0, "Redis to be told again", Long);

    public long Rebuilds => Sum(one => one.Rebuilds);

    public long Lookups => Sum(one => one.Found + one.NotFound);

    public long Unanswered => Sum(one => one.Unanswered);

    public long Known => Sum(one => one.Known);

    /// <summary>Ordered pairs of relays between which packets of groups travel.</summary>
    public int PairsInUse()
    {
        var pairs = new HashSet<(int, int)>();
        for (var client = 0; client < _clients.Length; client++)
        {
            foreach (var other in GroupOf(client))
            {
                if (_homes[client] != _homes[other]) pairs.Add((_homes[client], _homes[other]));
            }
        }

        return pairs.Count;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_relays.Select(relay => relay.DisposeAsync().AsTask()));

    private void Here(int client) => _relays[_homes[client]].Presence.Here(_clients[client]);

    private void Move(int client)
    {
        var old = _homes[client];
        _homes[client] = (old + 1 + _random.Next(_relays.Count - 1)) % _relays.Count;
        _watch.Expect(_clients[client]);
        Here(client);
        Ask(client);
        _leaving.Enqueue((TimeProvider.System.GetTimestamp(), old, client));
    }

    private void Leave()
    {
        while (_leaving.TryPeek(out var next) && TimeProvider.System.GetElapsedTime(next.At) >= Overlap)
        {
            _leaving.Dequeue();
            if (_homes[next.Client] != next.Relay) _relays[next.Relay].Presence.Gone(_clients[next.Client]);
        }
    }

    private void Ask(int client)
    {
        foreach (var other in GroupOf(client))
        {
            if (_homes[other] != _homes[client]) _relays[_homes[client]].Presence.Find(_clients[other]);
        }
    }

    private IEnumerable<int> GroupOf(int client) =>
        Enumerable.Range(client / Group * Group, Group).Where(other => other != client && other < _clients.Length);

    private long Sum(Func<ClusterStatistics, long> what) => Statistics.Sum(what);

    private static NodeKey KeyOf(int number)
    {
        Span<byte> seed = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(seed, number);
        return new NodeKey(SHA256.HashData(seed));
    }
}
