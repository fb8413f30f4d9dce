using Xunit;

namespace Relay.Testing;

/// <summary>Holds a hot path to its promise not to allocate.</summary>
public static class Allocations
{
    private const int Warmup = 200;
    private const int Rounds = 1000;

    /// <summary>Fails unless <paramref name="action"/>, once warm, allocates nothing on this thread.</summary>
    public static void AssertNone(Action action, string what)
    {
        for (var i = 0; i < Warmup; i++) action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++) action();
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(bytes == 0, $"{what} allocated {bytes} bytes in {Rounds} rounds; none are allowed");
    }
}
