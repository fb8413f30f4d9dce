using Prometheus;
using Relay.Host.Admission;
using Relay.Server.Admission;

namespace Relay.Host.Metrics;

/// <summary>Who was let in and who was not.</summary>
internal sealed class AdmissionMetrics(MetricFactory make, AdmissionCounters admission, Gatekeeper gatekeeper) : IMetricGroup
{
    private readonly Counter _decisions = make.CreateCounter("relay_admission_decisions_total", "Clients let in or not, and why.", "result");
    private readonly ScrapedHistogram _duration = new(make, "relay_admission_duration_seconds", "Time from the question to the decision.");
    private readonly Counter _lookUps = make.CreateCounter(
        "relay_admission_lookups_total", "Questions to the admission service: answered from memory, by asking, or together with one under way.", "result");

    private readonly Gauge _broken = make.CreateGauge(
        "relay_admission_circuit_open", "1 while the admission service is not asked because it gave no answers.");

    private readonly Gauge _networks = make.CreateGauge("relay_admission_networks", "Networks of the admission list in force; 0 without a list.");
    private readonly Gauge _nodes = make.CreateGauge("relay_admission_nodes", "Nodes of the admission list in force; 0 without a list.");
    private readonly Gauge _listRefused = make.CreateGauge("relay_admission_list_refused", "1 while the list on disk is refused and an older one in force.");
    private readonly Counter _listChanges = make.CreateCounter(
        "relay_admission_list_changes_total", "Changes of the admission list on disk, by whether they took effect.", "result");

    public void Update()
    {
        _decisions.UpdateEach<AdmissionResult>(result => admission.Decided(result));
        _duration.Update(admission.Durations);
        _lookUps.UpdateEach<AdmissionLookUp>(kind => gatekeeper.LookUps.Count(kind));
        _broken.Set(gatekeeper.Service?.IsBroken ?? false ? 1 : 0);
        _networks.Set(gatekeeper.File?.Admission.Networks ?? 0);
        _nodes.Set(gatekeeper.File?.Admission.Nodes ?? 0);
        _listRefused.Set(gatekeeper.File?.Good ?? true ? 0 : 1);
        _listChanges.WithLabels("applied").IncTo(gatekeeper.File?.Applied ?? 0);
        _listChanges.WithLabels("refused").IncTo(gatekeeper.File?.Refused ?? 0);
    }
}
