using Prometheus;
using Relay.Host.Commands;

namespace Relay.Host.Metrics;

/// <summary>
/// The relay's numbers as Prometheus reads them. Nothing is counted here: each scrape takes snapshots of what the parts
/// count for themselves, so that metrics cost the forwarding path nothing. Labels come from enums, never from a client.
/// </summary>
internal sealed class RelayMetrics
{
    private readonly IMetricGroup[] _groups;
    private readonly Lock _updating = new();

    /// <param name="region">The label <c>region</c> of every series.</param>
    /// <param name="node">The label <c>node</c> of every series.</param>
    /// <param name="groups">Make the groups.</param>
    public RelayMetrics(int region, string node, params ReadOnlySpan<Func<MetricFactory, IMetricGroup>> groups)
    {
        Registry = Prometheus.Metrics.NewCustomRegistry();
        Registry.SetStaticLabels(new Dictionary<string, string> { ["region"] = $"{region}", ["node"] = node });
        var make = Prometheus.Metrics.WithCustomRegistry(Registry);
        make.CreateGauge("relay_build_info", "Always 1; the version is the label.", "version").WithLabels(BuildVersion.Short).Set(1);
        _groups = new IMetricGroup[groups.Length];
        for (var i = 0; i < groups.Length; i++) _groups[i] = groups[i](make);
        Registry.AddBeforeCollectCallback(Update);
    }

    /// <summary>What the scrape endpoint serves.</summary>
    public CollectorRegistry Registry { get; }

    // Two scrapes at once would each add what the other has added already.
    private void Update()
    {
        lock (_updating)
        {
            foreach (var group in _groups) group.Update();
        }
    }
}
