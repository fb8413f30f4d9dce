using Prometheus;

namespace Relay.Host.Metrics;

/// <summary>How long the certificate in force lasts.</summary>
internal sealed class CertificateMetrics(MetricFactory make, Func<DateTimeOffset?>? end, TimeProvider time) : IMetricGroup
{
    // Where TLS ends elsewhere there is no certificate, and a number would be a false alarm.
    private readonly Gauge? _daysLeft = end is null ? null
        : make.CreateGauge("relay_certificate_days_left", "Days until the certificate in force expires. 0 while there is none, missing where TLS is off.");

    public void Update() => _daysLeft?.Set((end!() - time.GetUtcNow())?.TotalDays ?? 0);
}
