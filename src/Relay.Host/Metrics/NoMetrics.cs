namespace Relay.Host.Metrics;

/// <summary>Of a part that this relay does without.</summary>
internal sealed class NoMetrics : IMetricGroup
{
    public void Update()
    {
    }
}
