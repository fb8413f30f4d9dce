using Prometheus;
using Relay.Server.Transport;
using Relay.Server.Transport.Proxies;
using Relay.Server.Transport.Tls;

namespace Relay.Host.Metrics;

/// <summary>Connections before they are clients: the gate and TLS.</summary>
internal sealed class ConnectionMetrics(MetricFactory make, ConnectionGate gate, TlsCounters tls, ProxyCounters proxies) : IMetricGroup
{
    private readonly Gauge _open = make.CreateGauge("relay_connections", "TCP connections of the public listeners, DERP or not.");
    private readonly Gauge _handshakes = make.CreateGauge("relay_connections_handshaking", "Those of them that are no client yet.");
    private readonly Counter _accepted = make.CreateCounter("relay_connections_accepted_total", "TCP connections let in.");
    private readonly Counter _refused = make.CreateCounter("relay_connections_refused_total", "TCP connections closed because of a limit.", "reason");
    private readonly Counter _acceptErrors = make.CreateCounter(
        "relay_accept_errors_total", "Times that accepting failed for want of something here, such as file descriptors.");

    private readonly Counter _proxied = make.CreateCounter(
        "relay_proxy_connections_total", "TCP connections of trusted proxies, by what their PROXY header said.", "result");

    private readonly Counter _tlsHandshakes = make.CreateCounter("relay_tls_handshakes_total", "TLS handshakes, by how they ended.", "result");
    private readonly ScrapedHistogram _tlsDuration = new(
        make, "relay_tls_handshake_duration_seconds", "Time from the accepted connection to the end of a successful TLS handshake.");

    public void Update()
    {
        _open.Set(gate.Open);
        _handshakes.Set(gate.Handshakes);
        _accepted.IncTo(gate.Accepted);
        _acceptErrors.IncTo(gate.AcceptErrors);
        foreach (var reason in Enum.GetValues<GateVerdict>())
        {
            if (reason != GateVerdict.Admitted) _refused.WithLabels(MetricLabels.Of(reason)).IncTo(gate.Refused(reason));
        }

        _proxied.UpdateEach<ProxyHeaderResult>(result => proxies.Count(result));
        _tlsHandshakes.WithLabels("completed").IncTo(tls.Completed);
        _tlsHandshakes.UpdateEach<TlsFailure>(reason => tls.Failed(reason));
        _tlsDuration.Update(tls.Durations);
    }
}
