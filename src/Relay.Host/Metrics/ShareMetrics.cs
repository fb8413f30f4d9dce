using Prometheus;
using Relay.Server.Diagnostics;

namespace Relay.Host.Metrics;

/// <summary>
/// Who uses the relay: the busiest networks by name, and how evenly clients share it. Each byte is counted once, in the
/// series of its network from when it has one, in that of the others before: all of them only ever grow, and their sum is exact.
/// </summary>
internal sealed class ShareMetrics(MetricFactory make, Func<Shares> survey, TimeProvider time) : IMetricGroup
{
    /// <summary>All that have no series of their own. A network of this name is one of them.</summary>
    internal const string Others = "(other)";

    // Between scrapes that come closer together, such as those of two Prometheus, fairness would mean little.
    internal static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    private readonly Counter _received = make.CreateCounter(
        "relay_network_received_bytes_total", "Data bytes read from clients of the network. The busiest 20 have a name, from their first scrape on.", "network");

    private readonly Counter _sent = make.CreateCounter(
        "relay_network_sent_bytes_total", "Data bytes for clients of the network, dropped ones included.", "network");

    private readonly Gauge _fairness = make.CreateGauge(
        "relay_fairness_index", "Jain's index of the bytes of each busy client between the last two scrapes: 1 when all are the same, 1/n when one of n has all.", "direction");

    private readonly BusiestNetworks _busiest = new();
    private long? _surveyed;

    public void Update()
    {
        var now = time.GetTimestamp();
        var elapsed = _surveyed is { } last ? time.GetElapsedTime(last, now) : Shortest;
        if (elapsed < Shortest) return;
        _surveyed = now;
        var shares = survey();
        _fairness.WithLabels("received").Set(shares.FairnessIn);
        _fairness.WithLabels("sent").Set(shares.FairnessOut);
        Count(shares);
        Choose(shares.Networks, elapsed);
    }

    private void Count(Shares shares)
    {
        var others = shares.Others;
        foreach (var (name, moved) in shares.Networks)
        {
            if (HasSeries(name)) Add(name, moved);
            else others += moved;
        }

        Add(Others, others);
    }

    private void Choose(IReadOnlyDictionary<string, MovedBytes> moved, TimeSpan elapsed)
    {
        var before = _busiest.Chosen.ToList();
        _busiest.Weigh(moved, elapsed);
        foreach (var name in before.Where(name => !HasSeries(name) && name != Others))
        {
            _received.RemoveLabelled(name);
            _sent.RemoveLabelled(name);
        }

        // Seen at zero first, so that rates miss nothing.
        foreach (var name in _busiest.Chosen.Where(HasSeries)) Add(name, default);
    }

    private bool HasSeries(string name) => name != Others && _busiest.Chosen.Contains(name);

    private void Add(string network, MovedBytes moved)
    {
        _received.WithLabels(network).Inc(moved.In);
        _sent.WithLabels(network).Inc(moved.Out);
    }
}
