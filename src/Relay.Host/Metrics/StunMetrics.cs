using Prometheus;
using Relay.Stun;
using Relay.Stun.Counters;

namespace Relay.Host.Metrics;

/// <summary>STUN datagrams.</summary>
internal sealed class StunMetrics(MetricFactory make, StunResponder stun) : IMetricGroup
{
    private readonly Counter _requests = make.CreateCounter(
        "relay_stun_requests_total", "STUN datagrams, by what became of them.", "disposition", "family");

    public void Update()
    {
        var now = stun.GetStatistics();
        foreach (var disposition in StunLabels.Dispositions)
        {
            foreach (var family in StunLabels.Families) _requests.WithLabels(disposition.Label(), family.Label()).IncTo(now[disposition, family]);
        }
    }
}
