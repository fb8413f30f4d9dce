using Relay.Host.Status;

namespace Relay.Host.Tests.Status;

public sealed class StatusHistoryTests
{
    [Fact]
    public void History_BeyondItsLength_ForgetsTheOldest()
    {
        var history = new StatusHistory(3);
        for (var i = 1; i <= 5; i++) history.Add(new TrafficStatus(0, 0, i * 100, i * 10, i, 0), clients: i, cpu: i / 10.0);

        var status = history.ToStatus(TimeSpan.FromSeconds(2));
        Assert.Equal(2, status.IntervalSeconds);
        Assert.Equal([300, 400, 500], status.BytesIn);
        Assert.Equal([30, 40, 50], status.BytesOut);
        Assert.Equal([3, 4, 5], status.Drops);
        Assert.Equal([3, 4, 5], status.Clients);
        Assert.Equal([0.3, 0.4, 0.5], status.Cpu);
    }
}
