using Prometheus;
using Relay.Server.Admission;

namespace Relay.Host.Metrics;

/// <summary>Who was let in and who was not.</summary>
internal sealed class AdmissionMetrics(MetricFactory make, AdmissionCounters admission, AdmissionLookUps lookUps) : IMetricGroup
{
    private readonly Counter _decisions = make.CreateCounter("relay_admission_decisions_total", "Clients let in or not, and why.", "result");
    private readonly ScrapedHistogram _duration = new(make, "relay_admission_duration_seconds", "Time from the question to the decision.");
    private readonly Counter _lookUps = make.CreateCounter(
        "relay_admission_lookups_total", "Questions to the admission service: answered from memory, by asking, or together with one under way.", "result");

    public void Update()
    {
        _decisions.UpdateEach<AdmissionResult>(result => admission.Decided(result));
        _duration.Update(admission.Durations);
        _lookUps.UpdateEach<AdmissionLookUp>(kind => lookUps.Count(kind));
    }
}
