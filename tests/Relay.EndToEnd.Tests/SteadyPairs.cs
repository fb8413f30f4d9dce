using Relay.Client;
using Relay.Protocol.Keys;

namespace Relay.EndToEnd.Tests;

/// <summary>Many pairs, each of which sends ten packets a second each way. Whatever the relay goes through, none may be lost.</summary>
internal sealed class SteadyPairs : IAsyncDisposable
{
    private const int ConnectingAtOnce = 10;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _enough = new();
    private readonly NodePrivateKey[] _keys;
    private readonly List<PairTraffic> _pairs = [];
    private Task<int[][]> _running = Task.FromResult(Array.Empty<int[]>());

    public SteadyPairs(int count) => _keys = [.. Enumerable.Range(0, 2 * count).Select(_ => NodePrivateKey.Generate())];

    public IEnumerable<NodeKey> Keys => _keys.Select(key => key.Public);

    /// <summary>Connects all, and begins.</summary>
    public async Task StartAsync(Func<NodePrivateKey, Task<RelayConnection>> connect)
    {
        foreach (var some in _keys.Chunk(2).Chunk(ConnectingAtOnce))
            _pairs.AddRange(await Task.WhenAll(some.Select(pair => PairTraffic.ConnectAsync(pair[0], pair[1], connect))));
        _running = Task.WhenAll(_pairs.Select((pair, i) => pair.RunAsync(Pace, 2 * i, _enough.Token)));
    }

    /// <summary>Ends the traffic once all that was sent has arrived, and returns how many packets that were.</summary>
    public async Task<int> EndAsync()
    {
        await _enough.CancelAsync();
        return (await _running).Sum(pair => pair.Sum());
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        foreach (var pair in _pairs) await pair.DisposeAsync();
        foreach (var key in _keys) key.Dispose();
        await ((Task)_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _enough.Dispose();
    }
}
