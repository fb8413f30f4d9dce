using Relay.Stun.Answers;
using Relay.Stun.Messages;

namespace Relay.Stun.Counters;

/// <summary>
/// The counters of one socket. Only the loop that owns the socket counts, so a plain add will do; anybody may read.
/// </summary>
internal sealed class StunCounters
{
    internal const int Dispositions = (int)StunDisposition.ReadError + 1;
    internal const int Count = 2 * Dispositions;

    // A line of 64 bytes, and the one that the prefetcher takes along: what another socket counts must never share one.
    private const int Padding = 128 / sizeof(long);

    private readonly long[] _values = new long[Padding + Count + Padding];

    internal void Add(StunDisposition disposition, StunAddressFamily family)
    {
        ref var value = ref _values[Padding + IndexOf(disposition, family)];
        Volatile.Write(ref value, value + 1);
    }

    /// <summary>Adds all counters onto <paramref name="sums"/>, which has <see cref="Count"/> values.</summary>
    internal void AddTo(Span<long> sums)
    {
        for (var i = 0; i < Count; i++) sums[i] += Volatile.Read(ref _values[Padding + i]);
    }

    internal static int IndexOf(StunDisposition disposition, StunAddressFamily family) =>
        (family == StunAddressFamily.IPv6 ? Dispositions : 0) + (int)disposition;
}
