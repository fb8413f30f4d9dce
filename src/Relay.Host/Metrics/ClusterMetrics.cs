using Prometheus;
using Relay.Host.Region;

namespace Relay.Host.Metrics;

/// <summary>The region's Redis, as this relay meets it.</summary>
internal sealed class ClusterMetrics(MetricFactory make, RegionLinks region) : IMetricGroup
{
    private readonly Gauge _reachable = make.CreateGauge("relay_cluster_reachable", "1 while the region's Redis answers.");
    private readonly Gauge _members = make.CreateGauge("relay_cluster_members", "Relays of the region that live, this one included.");
    private readonly Gauge _here = make.CreateGauge("relay_cluster_keys_here", "Keys that this relay has told the region of.");
    private readonly Gauge _known = make.CreateGauge("relay_cluster_keys_known", "Keys whose place elsewhere, or absence, is cached.");
    private readonly Gauge _waiting = make.CreateGauge("relay_cluster_updates_waiting", "Changes that Redis has not been told of yet.");
    private readonly Counter _updates = make.CreateCounter("relay_cluster_updates_total", "Changes that Redis was told of.");
    private readonly Counter _news = make.CreateCounter("relay_cluster_news_total", "Keys that other relays told of.");
    private readonly Counter _lookups = make.CreateCounter("relay_cluster_lookups_total", "Questions where a key is.", "result");
    private readonly Counter _failures = make.CreateCounter("relay_cluster_failures_total", "Calls that Redis did not answer.");
    private readonly Counter _rebuilds = make.CreateCounter("relay_cluster_rebuilds_total", "Times that Redis was told everything again.");
    private readonly Counter _given = make.CreateCounter("relay_cluster_held_dropped_packets_total", "First packets to somebody, given up because nobody said in time where that is.");
    private readonly Gauge _answerTime = make.CreateGauge("relay_cluster_answer_seconds", "How long Redis took for its last sign of life.");

    public void Update()
    {
        var now = region.Cluster!;
        _reachable.Set(now.Reachable ? 1 : 0);
        _members.Set(now.Members);
        _here.Set(now.Here);
        _known.Set(now.Known);
        _waiting.Set(now.Waiting);
        _updates.IncTo(now.Updates);
        _news.IncTo(now.News);
        _lookups.WithLabels("found").IncTo(now.Found);
        _lookups.WithLabels("not_found").IncTo(now.NotFound);
        _lookups.WithLabels("unanswered").IncTo(now.Unanswered);
        _failures.IncTo(now.Failures);
        _rebuilds.IncTo(now.Rebuilds);
        _given.IncTo(region.NotFoundInTime);
        _answerTime.Set(now.AnswerTime.TotalSeconds);
    }
}
