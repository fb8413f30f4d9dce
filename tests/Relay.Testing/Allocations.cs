using System.Diagnostics;
using Xunit;

namespace Relay.Testing;

/// <summary>Holds a hot path to its promise not to allocate, or no more than so much.</summary>
public static class Allocations
{
    private const int Rounds = 1000;

    /// <summary>
    /// How long code may take to get warm. The runtime compiles hot code anew after a tenth of a second without other new code,
    /// and when it finds the time; what it made at first may box what the final code does not. A path that really allocates does
    /// so for as long as one looks.
    /// </summary>
    public static readonly TimeSpan WarmWithin = TimeSpan.FromSeconds(30);

    /// <summary>Fails unless <paramref name="action"/>, once warm, allocates nothing on this thread.</summary>
    public static void AssertNone(Action action, string what, TimeSpan? warmWithin = null) => AssertAtMost(0, action, what, warmWithin);

    /// <summary>Fails unless <paramref name="action"/>, once warm, allocates at most <paramref name="bytes"/> each time on this thread.</summary>
    public static void AssertAtMost(long bytes, Action action, string what, TimeSpan? warmWithin = null)
    {
        var start = Stopwatch.GetTimestamp();
        long allocated;
        do
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Rounds; i++) action();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        while (allocated > bytes * Rounds && Stopwatch.GetElapsedTime(start) < (warmWithin ?? WarmWithin));
        Assert.True(allocated <= bytes * Rounds, $"{what} allocated {allocated} bytes in {Rounds} rounds; {bytes * Rounds} are allowed");
    }
}
