using Relay.LoadTest.Measuring;
using Relay.Testing;

namespace Relay.LoadTest.Tests.Measuring;

public sealed class ProcessUsageTests
{
    private const string Stat = "4321 (a (strange) name) S 1 1 1 0 -1 4194560 9 9 9 9 250 75 1 2 20 0 9 0 100 1 2";

    [Fact]
    public void Parse_ReadsTimesAndMemory()
    {
        var usage = ProcessUsage.Parse(Stat, "Name:\tx\nVmPeak:\t  9999 kB\nVmRSS:\t    1024 kB\n");
        Assert.Equal(new ProcessUsage(2.5, 0.75, 1 << 20), usage);
        Assert.Equal(3.25, usage.CpuSeconds);
    }

    [Fact]
    public void Difference_IsOfTimes_WithMemoryAsAtTheEnd() =>
        Assert.Equal(new ProcessUsage(1, 2, 7), new ProcessUsage(4, 5, 7) - new ProcessUsage(3, 3, 99));

    [Fact]
    public void Of_ThisProcess_IsThere_AndOfNoneIsNull()
    {
        Requires.Linux();
        Assert.True(ProcessUsage.Of(Environment.ProcessId)!.Value.ResidentBytes > 1 << 20);
        Assert.Null(ProcessUsage.Of(int.MaxValue));
    }

    [Fact]
    public void Of_Several_AddsUp_AndWithOneGoneIsNull()
    {
        Requires.Linux();
        var self = Environment.ProcessId;
        Assert.Equal(new ProcessUsage(5, 7, 9), new ProcessUsage(1, 2, 3) + new ProcessUsage(4, 5, 6));
        Assert.True(ProcessUsage.Of([self, self])!.Value.ResidentBytes > 1.5 * ProcessUsage.Of(self)!.Value.ResidentBytes);
        Assert.Null(ProcessUsage.Of([self, int.MaxValue]));
        Assert.Null(ProcessUsage.Of([]));
    }
}
