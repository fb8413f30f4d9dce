using System.Diagnostics;
using HdrHistogram;

namespace Relay.LoadTest.Measuring;

/// <summary>Percentiles of many runs of a stopwatch, to three digits.</summary>
internal sealed class Latencies
{
    private const int Digits = 3;

    private static readonly long Longest = 60 * Stopwatch.Frequency;

    private readonly LongHistogram _all = Recorder();

    internal long Count => _all.TotalCount;

    /// <summary>A histogram for one thread to record in, in stopwatch ticks.</summary>
    internal static LongHistogram Recorder() => new(Longest, Digits);

    /// <summary>A time as a histogram takes it: clocks of two processors may differ by a hair, and who waits for a minute waits for ever.</summary>
    internal static long Clamp(long ticks) => Math.Clamp(ticks, 1, Longest);

    internal void Add(LongHistogram recorded) => _all.Add(recorded);

    /// <summary>In microseconds; null when nothing was recorded.</summary>
    internal double? Percentile(double percent) => Count == 0 ? null : Microseconds(_all.GetValueAtPercentile(percent));

    /// <summary>Points of the curve for a chart, from the fastest to the last of so many nines.</summary>
    internal IReadOnlyList<(double Percent, double Microseconds)> Curve() =>
        Count == 0 ? [] : [.. new[] { 0.0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 100 }.Select(p => (p, Microseconds(_all.GetValueAtPercentile(p))))];

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;
}
