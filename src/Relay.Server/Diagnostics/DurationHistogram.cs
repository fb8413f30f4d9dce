using System.Collections.Immutable;

namespace Relay.Server.Diagnostics;

/// <summary>
/// Durations sorted into buckets from 100 µs to 10 s, with their sums. One writer at a time; read at any time for metrics.
/// </summary>
public sealed class DurationHistogram
{
    private static readonly long[] Bounds =
    [
        100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
        1_000_000, 2_500_000, 5_000_000, 10_000_000,
    ];

    private readonly long[] _counts = new long[Bounds.Length + 1];
    private readonly long[] _microseconds = new long[Bounds.Length + 1];

    /// <summary>The upper bounds of all buckets but the last, which takes what is longer still.</summary>
    public static ImmutableArray<double> BoundsInSeconds { get; } = [.. Bounds.Select(bound => bound / 1e6)];

    /// <summary>Buckets, with the last one.</summary>
    public static int Buckets => Bounds.Length + 1;

    /// <summary>Durations in one bucket.</summary>
    public long Count(int bucket) => Volatile.Read(ref _counts[bucket]);

    /// <summary>What the durations in one bucket add up to.</summary>
    public double Seconds(int bucket) => Volatile.Read(ref _microseconds[bucket]) / 1e6;

    /// <summary>All durations so far.</summary>
    public long Total => _counts.Sum();

    /// <summary>Takes one duration.</summary>
    internal void Add(TimeSpan duration)
    {
        var microseconds = duration.Ticks / TimeSpan.TicksPerMicrosecond;
        var bucket = 0;
        while (bucket < Bounds.Length && microseconds > Bounds[bucket]) bucket++;
        _counts[bucket]++;
        _microseconds[bucket] += microseconds;
    }

    /// <summary>Adds all of this to <paramref name="total"/>.</summary>
    internal void AddTo(DurationHistogram total)
    {
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            total._counts[bucket] += Count(bucket);
            total._microseconds[bucket] += Volatile.Read(ref _microseconds[bucket]);
        }
    }
}
