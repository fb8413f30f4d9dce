using Prometheus;
using Relay.Server.Limits;

namespace Relay.Host.Metrics;

/// <summary>Clients that send more than they may.</summary>
internal sealed class RateLimitMetrics(MetricFactory make, RateLimitCounters limits) : IMetricGroup
{
    private readonly Gauge _waiting = make.CreateGauge("relay_rate_limited_clients", "Clients held back by a receive limit now.");
    private readonly Counter _waits = make.CreateCounter("relay_rate_limit_waits_total", "Times that a client was held back, by whose limit it was.", "scope");
    private readonly Counter _seconds = make.CreateCounter(
        "relay_rate_limit_wait_seconds_total", "Time that clients were held back, by whose limit it was.", "scope");

    public void Update()
    {
        _waiting.Set(limits.Waiting);
        _waits.UpdateEach<RateLimitScope>(scope => limits.Waits(scope));
        _seconds.UpdateEach<RateLimitScope>(limits.Seconds);
    }
}
