namespace Relay.Client.Regions;

/// <summary>What was measured in the last five minutes. The network under it may change, and then it counts for nothing. Thread safe.</summary>
internal sealed class LatencyMemory(TimeProvider time)
{
    private const int MostRounds = 64;
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly List<(long At, IReadOnlyDictionary<int, TimeSpan> Latencies)> _rounds = [];

    internal void Clear()
    {
        lock (_gate) _rounds.Clear();
    }

    /// <summary>The last round's latency of a region; null: none.</summary>
    internal TimeSpan? Last(int region)
    {
        lock (_gate) return _rounds.Count > 0 && _rounds[^1].Latencies.TryGetValue(region, out var latency) ? latency : null;
    }

    /// <summary>Adds a round; returns what it measured, beside the best of the last five minutes.</summary>
    internal Dictionary<int, RegionMeasurement> Add(IReadOnlyDictionary<int, TimeSpan> latencies)
    {
        lock (_gate)
        {
            _rounds.RemoveAll(round => time.GetElapsedTime(round.At) > Length);
            if (_rounds.Count == MostRounds) _rounds.RemoveAt(0);
            _rounds.Add((time.GetTimestamp(), latencies));
            return latencies.ToDictionary(
                now => now.Key,
                now => new RegionMeasurement(now.Value, _rounds.Where(r => r.Latencies.ContainsKey(now.Key)).Min(r => r.Latencies[now.Key])));
        }
    }
}
