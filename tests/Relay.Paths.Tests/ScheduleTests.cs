using Relay.Paths.Tests.Simulation;

namespace Relay.Paths.Tests;

/// <summary>
/// Thousands of lives of a pair in simulated time: whatever happens, data flows, nothing flaps, nobody storms, and idle
/// means silent. A failure names its seed; run that alone with RELAY_SEED=n.
/// </summary>
public sealed class ScheduleTests
{
    private const int Batches = 8;
    private const int PerBatch = 500;

    public static TheoryData<int> FirstSeeds() => [.. Enumerable.Range(0, Batches).Select(batch => batch * PerBatch)];

    [Theory]
    [MemberData(nameof(FirstSeeds))]
    public void Schedule_OfAnySeed_HoldsItsPromises(int firstSeed)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("RELAY_SEED"), out var only))
        {
            AssertHolds(only);
            return;
        }

        for (var seed = firstSeed; seed < firstSeed + PerBatch; seed++) AssertHolds(seed);
    }

    [Fact]
    public void Schedule_RunTwice_IsTheSame()
    {
        using var one = new SimSchedule(42);
        using var two = new SimSchedule(42);
        one.Run();
        two.Run();
        Assert.Equal(one.Trace, two.Trace);
    }

    private static void AssertHolds(int seed)
    {
        using var schedule = new SimSchedule(seed);
        if (schedule.Run() is { } fault) Assert.Fail($"seed {seed}: {fault}\n{schedule.Story}");
    }
}
