using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Tests.Traffic;

public sealed class ScheduleTests
{
    [Fact]
    public void TryTake_GivesEachWriteItsOwnTime_HoweverLateItIs()
    {
        var schedule = new Schedule(start: 1000, interval: 10.5, maxWaiting: 100);
        Assert.False(schedule.TryTake(999, out _));
        List<long> due = [];
        while (schedule.TryTake(1032, out var at)) due.Add(at);
        Assert.Equal([1000, 1010, 1021, 1031], due);
        Assert.Equal(1042, schedule.NextDue);
    }

    [Fact]
    public void TrySkip_GivesUpWhatWaitedLongest_AndKeepsTheRest()
    {
        var schedule = new Schedule(start: 0, interval: 10, maxWaiting: 3);
        Assert.False(schedule.TrySkip(29, out _));
        List<long> skipped = [];
        while (schedule.TrySkip(55, out var at)) skipped.Add(at);
        Assert.Equal([0, 10, 20], skipped);
        Assert.True(schedule.TryTake(55, out var due));
        Assert.Equal(30, due);
    }
}
