using Prometheus;
using Relay.Server;
using Relay.Server.Connections;

namespace Relay.Host.Metrics;

/// <summary>Clients, their handshakes and their ends, and what they feel of the relay.</summary>
internal sealed class ClientMetrics(MetricFactory make, RelayServer relay) : IMetricGroup
{
    // Fed from the same snapshot: taking one walks all clients.
    private readonly TrafficMetrics _traffic = new(make);

    private readonly Gauge _draining = make.CreateGauge("relay_draining", "1 while a told restart is under way.");
    private readonly Gauge _clients = make.CreateGauge("relay_clients", "Keys that are connected.");
    private readonly Gauge _byTransport = make.CreateGauge("relay_client_connections", "DERP connections that proved a key.", "transport");
    private readonly Gauge _home = make.CreateGauge("relay_clients_home", "DERP connections whose client calls this relay its home.");
    private readonly Gauge _notIdeal = make.CreateGauge("relay_clients_not_ideal", "DERP connections whose client would rather be on another node.");
    private readonly Gauge _duplicates = make.CreateGauge("relay_clients_duplicate", "DERP connections that share their key with another one.");
    private readonly Gauge _watchers = make.CreateGauge("relay_watchers", "Mesh connections that are told who comes and goes.");
    private readonly Gauge _handshaking = make.CreateGauge("relay_handshakes_under_way", "DERP connections that are not clients yet.");
    private readonly Counter _handshakeFailures = make.CreateCounter(
        "relay_handshake_failures_total", "DERP connections that ended before they were clients.", "reason");

    private readonly ScrapedHistogram _handshakeDuration = new(
        make, "relay_handshake_duration_seconds", "Time from the greeting to the ServerInfo of a successful DERP handshake, admission included.");

    private readonly Counter _closed = make.CreateCounter("relay_sessions_closed_total", "DERP connections that ended, by what ended them.", "reason");
    private readonly Counter _writeTimeouts = make.CreateCounter(
        "relay_write_timeouts_total", "Clients closed because they took next to nothing of what waited for them.");

    private readonly ScrapedHistogram _roundTrips = new(
        make, "relay_client_rtt_seconds", "TCP round trips to clients as the kernel measures them, each sampled about twice a minute (not WebSocket).");

    private readonly Counter _segments = make.CreateCounter(
        "relay_client_tcp_segments_total", "TCP segments with data sent to clients, taken over with each sample of the round trip.");

    private readonly Counter _retransmits = make.CreateCounter(
        "relay_client_tcp_retransmits_total", "Those of them that were sent again, because nobody confirmed them.");

    public void Update()
    {
        var now = relay.Snapshot();
        _draining.Set(now.Draining ? 1 : 0);
        _clients.Set(now.Clients);
        foreach (var transport in Enum.GetValues<TransportKind>()) _byTransport.WithLabels(transport.ToString().ToLowerInvariant()).Set(now.Connections(transport));
        _home.Set(now.Home);
        _notIdeal.Set(now.NotIdeal);
        _duplicates.Set(now.Duplicates);
        _watchers.Set(now.Watchers);
        _handshaking.Set(now.Handshaking);
        _handshakeFailures.UpdateEach<EndReason>(reason => relay.Handshakes.Failed(reason));
        _handshakeDuration.Update(relay.Handshakes.Completed);
        _closed.UpdateEach<EndReason>(reason => now.Ended(reason));
        _writeTimeouts.IncTo(now.Ended(EndReason.WriteTimeout));
        _roundTrips.Update(relay.RoundTrips);
        _segments.IncTo(relay.SegmentsSent);
        _retransmits.IncTo(relay.SegmentsSentAgain);
        _traffic.Update(now);
    }
}
