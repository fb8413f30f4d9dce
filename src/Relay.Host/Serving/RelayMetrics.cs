using System.Text.Json;
using Prometheus;
using Relay.Host.Commands;
using Relay.Protocol.Frames;
using Relay.Server;
using Relay.Server.Connections;
using Relay.Server.Diagnostics;
using Relay.Server.Queues;
using Relay.Server.Transport;
using Relay.Server.Transport.Tls;
using Relay.Stun;
using Relay.Stun.Counters;

namespace Relay.Host.Serving;

/// <summary>
/// The relay's numbers as Prometheus reads them. Nothing is counted here: each scrape takes snapshots of what the parts
/// count for themselves, so that metrics cost the forwarding path nothing. Labels come from enums, never from a client.
/// </summary>
internal sealed class RelayMetrics
{
    private readonly RelayServer _relay;
    private readonly ConnectionGate _gate;
    private readonly TlsCounters _tls;
    private readonly StunResponder _stun;
    private readonly Func<DateTimeOffset>? _certificateEnd;
    private readonly TimeProvider _time;

    private readonly Gauge _draining;
    private readonly Gauge _connections;
    private readonly Counter _accepted;
    private readonly Counter _acceptErrors;
    private readonly Counter _refused;
    private readonly Counter _closed;
    private readonly Gauge _clients;
    private readonly Gauge _connectionsByTransport;
    private readonly Gauge _handshaking;
    private readonly Gauge _home;
    private readonly Gauge _notIdeal;
    private readonly Gauge _duplicates;
    private readonly Gauge _watchers;
    private readonly Counter _packetsReceived;
    private readonly Counter _bytesReceived;
    private readonly Counter _packetsSent;
    private readonly Counter _bytesSent;
    private readonly Counter _packetsDropped;
    private readonly Counter _bytesDropped;
    private readonly Counter _pings;
    private readonly Counter _unknownFrames;
    private readonly Counter _forwardedIn;
    private readonly Counter _notHere;
    private readonly Counter _tlsHandshakes;
    private readonly Counter _stunRequests;
    private readonly Gauge? _certificateDays;

    /// <param name="relay">Clients and traffic.</param>
    /// <param name="gate">Connections before they are clients.</param>
    /// <param name="tls">Handshakes.</param>
    /// <param name="stun">STUN requests.</param>
    /// <param name="certificateEnd">When the certificate in force expires; null where TLS is off.</param>
    /// <param name="time">The clock of the days left.</param>
    public RelayMetrics(RelayServer relay, ConnectionGate gate, TlsCounters tls, StunResponder stun, Func<DateTimeOffset>? certificateEnd, TimeProvider time)
    {
        (_relay, _gate, _tls, _stun, _certificateEnd, _time) = (relay, gate, tls, stun, certificateEnd, time);
        Registry = Metrics.NewCustomRegistry();
        var make = Metrics.WithCustomRegistry(Registry);
        DotNetStats.Register(Registry);
        make.CreateGauge("relay_build_info", "Always 1; the version is the label.", "version").WithLabels(BuildVersion.Short).Set(1);

        _draining = make.CreateGauge("relay_draining", "1 while a told restart is under way.");
        _connections = make.CreateGauge("relay_connections", "TCP connections of the public listeners, DERP or not.");
        _accepted = make.CreateCounter("relay_connections_accepted_total", "TCP connections let in.");
        _acceptErrors = make.CreateCounter("relay_accept_errors_total", "Times that accepting failed for want of something here, such as file descriptors.");
        _refused = make.CreateCounter("relay_connections_refused_total", "TCP connections closed at once.", "reason");
        _closed = make.CreateCounter("relay_sessions_closed_total", "DERP connections that ended, by what ended them.", "reason");
        _clients = make.CreateGauge("relay_clients", "Keys that are connected.");
        _connectionsByTransport = make.CreateGauge("relay_client_connections", "DERP connections that proved a key.", "transport");
        _handshaking = make.CreateGauge("relay_handshakes_under_way", "DERP connections that have not proved a key yet.");
        _home = make.CreateGauge("relay_clients_home", "DERP connections whose client calls this relay its home.");
        _notIdeal = make.CreateGauge("relay_clients_not_ideal", "DERP connections whose client would rather be on another node.");
        _duplicates = make.CreateGauge("relay_clients_duplicate", "DERP connections that share their key with another one.");
        _watchers = make.CreateGauge("relay_watchers", "Mesh connections that are told who comes and goes.");
        _packetsReceived = make.CreateCounter("relay_packets_received_total", "Packets read from clients.", "kind");
        _bytesReceived = make.CreateCounter("relay_received_bytes_total", "Data bytes of packets read from clients.", "kind");
        _packetsSent = make.CreateCounter("relay_packets_sent_total", "Packets written to clients.", "kind");
        _bytesSent = make.CreateCounter("relay_sent_bytes_total", "Data bytes of packets written to clients.", "kind");
        _packetsDropped = make.CreateCounter("relay_packets_dropped_total", "Packets that did not arrive.", "reason", "kind");
        _bytesDropped = make.CreateCounter("relay_dropped_bytes_total", "Data bytes of packets that did not arrive.", "reason", "kind");
        _pings = make.CreateCounter("relay_pings_total", "Pings read from clients.");
        _unknownFrames = make.CreateCounter("relay_unknown_frames_total", "Frames of types that a relay does not handle, read and thrown away.");
        _forwardedIn = make.CreateCounter("relay_forwarded_in_packets_total", "Packets that mesh peers forwarded here.");
        _notHere = make.CreateCounter("relay_not_here_notices_total", "Notices that a key is not here, by whether they were sent.", "result");
        _tlsHandshakes = make.CreateCounter("relay_tls_handshakes_total", "TLS handshakes, by how they ended.", "result");
        _stunRequests = make.CreateCounter("relay_stun_requests_total", "STUN datagrams, by what became of them.", "disposition", "family");
        if (certificateEnd is not null) _certificateDays = make.CreateGauge("relay_certificate_days_left", "Days until the certificate in force expires.");
        Registry.AddBeforeCollectCallback(Update);
    }

    /// <summary>What the scrape endpoint serves.</summary>
    public CollectorRegistry Registry { get; }

    private void Update()
    {
        UpdateConnections();
        UpdateClients(_relay.Snapshot());
        var stun = _stun.GetStatistics();
        foreach (var disposition in StunLabels.Dispositions)
        {
            foreach (var family in StunLabels.Families)
                _stunRequests.WithLabels(disposition.Label(), family.Label()).IncTo(stun[disposition, family]);
        }

        if (_certificateEnd is not null) _certificateDays!.Set((_certificateEnd() - _time.GetUtcNow()).TotalDays);
    }

    private void UpdateConnections()
    {
        _connections.Set(_gate.Open);
        _accepted.IncTo(_gate.Accepted);
        _acceptErrors.IncTo(_gate.AcceptErrors);
        foreach (var reason in Enum.GetValues<GateVerdict>())
        {
            if (reason != GateVerdict.Admitted) _refused.WithLabels(Label(reason)).IncTo(_gate.Refused(reason));
        }

        _tlsHandshakes.WithLabels("completed").IncTo(_tls.Completed);
        foreach (var reason in Enum.GetValues<TlsFailure>()) _tlsHandshakes.WithLabels(Label(reason)).IncTo(_tls.Failed(reason));
    }

    private void UpdateClients(RelaySnapshot now)
    {
        _draining.Set(now.Draining ? 1 : 0);
        _clients.Set(now.Clients);
        _handshaking.Set(now.Handshaking);
        _home.Set(now.Home);
        _notIdeal.Set(now.NotIdeal);
        _duplicates.Set(now.Duplicates);
        _watchers.Set(now.Watchers);
        _pings.IncTo(now.Pings);
        _unknownFrames.IncTo(now.UnknownFrames);
        _forwardedIn.IncTo(now.ForwardedIn);
        _notHere.WithLabels("sent").IncTo(now.NotHereNotices);
        _notHere.WithLabels("suppressed").IncTo(now.NotHereSuppressed);
        foreach (var transport in Enum.GetValues<TransportKind>()) _connectionsByTransport.WithLabels(Label(transport)).Set(now.Connections(transport));
        foreach (var reason in Enum.GetValues<EndReason>()) _closed.WithLabels(Label(reason)).IncTo(now.Ended(reason));
        foreach (var (kind, label) in Kinds) UpdateTraffic(now, kind, label);
    }

    // Handshakes have a lane of their own, but are WireGuard's as well.
    private static readonly (PacketKind[] Kinds, string Label)[] Kinds =
    [
        ([PacketKind.Disco], "disco"),
        ([PacketKind.WireGuardData, PacketKind.WireGuardHandshake], "wireguard"),
        ([PacketKind.Other], "other"),
    ];

    private void UpdateTraffic(RelaySnapshot now, PacketKind[] kinds, string label)
    {
        _packetsReceived.WithLabels(label).IncTo(kinds.Sum(now.PacketsIn));
        _bytesReceived.WithLabels(label).IncTo(kinds.Sum(now.BytesIn));
        _packetsSent.WithLabels(label).IncTo(kinds.Sum(now.PacketsOut));
        _bytesSent.WithLabels(label).IncTo(kinds.Sum(now.BytesOut));
        foreach (var reason in Enum.GetValues<DropReason>())
        {
            _packetsDropped.WithLabels(Label(reason), label).IncTo(kinds.Sum(kind => now.PacketsDropped(reason, kind)));
            _bytesDropped.WithLabels(Label(reason), label).IncTo(kinds.Sum(kind => now.BytesDropped(reason, kind)));
        }
    }

    private static string Label<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
