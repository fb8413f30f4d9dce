using Relay.Stun.Answers;
using Relay.Stun.Counters;
using Relay.Stun.Messages;

namespace Relay.Stun.Tests.Counters;

public sealed class StunStatisticsTests
{
    [Fact]
    public void Labels_AreFrozen()
    {
        Assert.Equal(
            "success success_classic not_stun bad_fingerprint wrong_software unknown_attribute_420 indication response_dropped "
            + "bad_source rate_limited write_error read_error",
            string.Join(' ', StunLabels.Dispositions.Select(d => d.Label())));
        Assert.Equal("ipv4 ipv6", string.Join(' ', StunLabels.Families.Select(f => f.Label())));
        Assert.Equal(StunCounters.Count, StunLabels.Dispositions.Length * StunLabels.Families.Length);
    }

    [Fact]
    public void Snapshot_SumsTheSockets_EachCounterOnItsOwn()
    {
        StunCounters[] sockets = [new(), new()];
        var times = 0;
        foreach (var disposition in StunLabels.Dispositions)
        {
            foreach (var family in StunLabels.Families)
            {
                times++;
                for (var i = 0; i < times; i++) sockets[i % 2].Add(disposition, family);
            }
        }

        var statistics = new StunStatistics(sockets);
        sockets[0].Add(StunDisposition.Success, StunAddressFamily.IPv4);
        var expected = 0;
        foreach (var disposition in StunLabels.Dispositions)
        {
            foreach (var family in StunLabels.Families) Assert.Equal(++expected, statistics[disposition, family]);
            Assert.Equal(2 * expected - 1, statistics[disposition]);
        }

        Assert.Equal(1 + 3 + 21, statistics.Accepted(StunAddressFamily.IPv4));
    }

    [Fact]
    public void BeforeTheStart_AllIsZero() =>
        Assert.All(StunLabels.Dispositions, disposition => Assert.Equal(0, new StunResponder().GetStatistics()[disposition]));
}
