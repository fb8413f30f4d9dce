using System.Diagnostics;
using Xunit;

namespace Relay.Testing;

/// <summary>Holds a hot path to its promise not to allocate.</summary>
public static class Allocations
{
    private const int Rounds = 1000;

    // The runtime compiles hot code anew after a tenth of a second or so, more where others are busy; what it made at first may
    // box what the final code does not. A path that really allocates does so for as long as one looks.
    private static readonly TimeSpan WarmWithin = TimeSpan.FromSeconds(5);

    /// <summary>Fails unless <paramref name="action"/>, once warm, allocates nothing on this thread.</summary>
    public static void AssertNone(Action action, string what)
    {
        var start = Stopwatch.GetTimestamp();
        long bytes;
        do
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Rounds; i++) action();
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        while (bytes != 0 && Stopwatch.GetElapsedTime(start) < WarmWithin);
        Assert.True(bytes == 0, $"{what} allocated {bytes} bytes in {Rounds} rounds; none are allowed");
    }
}
