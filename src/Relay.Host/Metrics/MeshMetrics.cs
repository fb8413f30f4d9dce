using Prometheus;
using Relay.Host.Region;
using Relay.Server.Mesh;
using Relay.Server.Queues;

namespace Relay.Host.Metrics;

/// <summary>
/// Links to the other relays of the region. The label <c>link</c> is what the operator calls the other relay; the series of
/// one that is taken out go with it.
/// </summary>
internal sealed class MeshMetrics(MetricFactory make, RegionLinks region) : IMetricGroup
{
    // What can become of a packet for a link, out of all reasons.
    private static readonly DropReason[] DropReasons = [DropReason.QueueHead, DropReason.LinkDown, DropReason.GoneDisconnected, DropReason.WriteError];

    private readonly Gauge _state = make.CreateGauge("relay_mesh_link_state", "1 for the state that the link is in.", "link", "state");
    private readonly Gauge _keys = make.CreateGauge("relay_mesh_link_keys", "Keys that the other relay is known to have.", "link");
    private readonly Counter _forwardedOut = make.CreateCounter("relay_mesh_forwarded_out_packets_total", "Packets forwarded to the other relay.", "link");
    private readonly Counter _bytesOut = make.CreateCounter("relay_mesh_forwarded_out_bytes_total", "Data bytes of packets forwarded to the other relay.", "link");
    private readonly Counter _forwardedIn = make.CreateCounter("relay_mesh_forwarded_in_packets_total", "Packets that the other relay forwarded here.", "link");
    private readonly Gauge _queue = make.CreateGauge("relay_mesh_queue_packets", "Packets that wait to be written to the other relay.", "link");
    private readonly Gauge _queueBytes = make.CreateGauge("relay_mesh_queue_bytes", "Bytes that wait to be written to the other relay.", "link");
    private readonly Counter _dropped = make.CreateCounter("relay_mesh_dropped_packets_total", "Packets lost on their way to the other relay.", "link", "reason");
    private readonly Counter _ends = make.CreateCounter("relay_mesh_link_ends_total", "Times that the link ended, or could not be opened.", "link", "reason");
    private readonly Gauge _unresolved = make.CreateGauge("relay_mesh_unresolved_members", "Listed relays whose names do not resolve.");
    private readonly Counter _shed = make.CreateCounter("relay_clients_shed_total", "Clients asked to go to another relay because this one had more than --shed-above.");
    private HashSet<string> _known = [];

    public void Update()
    {
        var links = region.Links;
        var names = links.Select(link => link.Name).ToHashSet();
        foreach (var gone in _known.Except(names)) Remove(gone);
        _known = names;
        foreach (var link in links) Update(link);
        _unresolved.Set(region.Unresolved);
        _shed.IncTo(region.Shed);
    }

    private void Update(MeshLinkSnapshot link)
    {
        foreach (var state in Enum.GetValues<MeshLinkState>()) _state.WithLabels(link.Name, MetricLabels.Of(state)).Set(link.State == state ? 1 : 0);
        foreach (var reason in DropReasons) _dropped.WithLabels(link.Name, MetricLabels.Of(reason)).IncTo(link.Dropped(reason));
        foreach (var reason in Enum.GetValues<LinkEnd>()) _ends.WithLabels(link.Name, MetricLabels.Of(reason)).IncTo(link.Ends(reason));
        _keys.WithLabels(link.Name).Set(link.Keys);
        _forwardedOut.WithLabels(link.Name).IncTo(link.ForwardedOut);
        _bytesOut.WithLabels(link.Name).IncTo(link.BytesOut);
        _forwardedIn.WithLabels(link.Name).IncTo(link.ForwardedIn);
        _queue.WithLabels(link.Name).Set(link.PacketsWaiting);
        _queueBytes.WithLabels(link.Name).Set(link.BytesWaiting);
    }

    private void Remove(string name)
    {
        Collector<Gauge.Child>[] gauges = [_state, _keys, _queue, _queueBytes];
        Collector<Counter.Child>[] counters = [_forwardedOut, _bytesOut, _forwardedIn, _dropped, _ends];
        foreach (var gauge in gauges) Remove(gauge, name);
        foreach (var counter in counters) Remove(counter, name);
    }

    private static void Remove<T>(Collector<T> metric, string name)
        where T : ChildBase
    {
        foreach (var labels in metric.GetAllLabelValues().Where(labels => labels[0] == name).ToList()) metric.RemoveLabelled(labels);
    }
}
