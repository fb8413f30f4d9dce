using Prometheus;
using Relay.Protocol.Frames;
using Relay.Server.Diagnostics;
using Relay.Server.Queues;

namespace Relay.Host.Metrics;

/// <summary>What was carried, what was lost and why, and how long it waited here.</summary>
internal sealed class TrafficMetrics(MetricFactory make)
{
    // Handshakes have a lane of their own, but are WireGuard's as well.
    private static readonly (PacketKind[] Kinds, string Label)[] Kinds =
    [
        ([PacketKind.Disco], "disco"),
        ([PacketKind.WireGuardData, PacketKind.WireGuardHandshake], "wireguard"),
        ([PacketKind.Other], "other"),
    ];

    private readonly Counter _packetsReceived = make.CreateCounter("relay_packets_received_total", "Packets read from clients.", "kind");
    private readonly Counter _bytesReceived = make.CreateCounter("relay_received_bytes_total", "Data bytes of packets read from clients.", "kind");
    private readonly Counter _packetsSent = make.CreateCounter("relay_packets_sent_total", "Packets written to clients.", "kind");
    private readonly Counter _bytesSent = make.CreateCounter("relay_sent_bytes_total", "Data bytes of packets written to clients.", "kind");
    private readonly Counter _packetsDropped = make.CreateCounter("relay_packets_dropped_total", "Packets that did not arrive.", "reason", "kind");
    private readonly Counter _bytesDropped = make.CreateCounter("relay_dropped_bytes_total", "Data bytes of packets that did not arrive.", "reason", "kind");
    private readonly ScrapedHistogram _queueDelay = new(
        make, "relay_queue_delay_seconds", "Time that the first packet of each write waited here: from its arrival, or from the last write, to this one.");

    private readonly Counter _pings = make.CreateCounter("relay_pings_total", "Pings read from clients.");
    private readonly Counter _pingsUnanswered = make.CreateCounter(
        "relay_pings_unanswered_total", "Pings not answered, because their client pings faster than it reads.");

    private readonly Counter _unknownFrames = make.CreateCounter(
        "relay_unknown_frames_total", "Frames of types that a relay does not handle, read and thrown away.");

    private readonly Counter _forwardedIn = make.CreateCounter("relay_forwarded_in_packets_total", "Packets that mesh peers forwarded here.");
    private readonly Counter _notHere = make.CreateCounter(
        "relay_not_here_notices_total", "Notices that a key is not here, by whether they were sent.", "result");

    public void Update(RelaySnapshot now)
    {
        foreach (var (kinds, label) in Kinds) Update(now, kinds, label);
        _queueDelay.Update(now.QueueDelay);
        _pings.IncTo(now.Pings);
        _pingsUnanswered.IncTo(now.PingsUnanswered);
        _unknownFrames.IncTo(now.UnknownFrames);
        _forwardedIn.IncTo(now.ForwardedIn);
        _notHere.WithLabels("sent").IncTo(now.NotHereNotices);
        _notHere.WithLabels("suppressed").IncTo(now.NotHereSuppressed);
    }

    private void Update(RelaySnapshot now, PacketKind[] kinds, string label)
    {
        _packetsReceived.WithLabels(label).IncTo(kinds.Sum(now.PacketsIn));
        _bytesReceived.WithLabels(label).IncTo(kinds.Sum(now.BytesIn));
        _packetsSent.WithLabels(label).IncTo(kinds.Sum(now.PacketsOut));
        _bytesSent.WithLabels(label).IncTo(kinds.Sum(now.BytesOut));
        foreach (var reason in Enum.GetValues<DropReason>())
        {
            _packetsDropped.WithLabels(MetricLabels.Of(reason), label).IncTo(kinds.Sum(kind => now.PacketsDropped(reason, kind)));
            _bytesDropped.WithLabels(MetricLabels.Of(reason), label).IncTo(kinds.Sum(kind => now.BytesDropped(reason, kind)));
        }
    }
}
