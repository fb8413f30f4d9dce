namespace Relay.Host.Metrics;

/// <summary>Metrics that belong together. Made with every series they will ever have, at zero.</summary>
internal interface IMetricGroup
{
    /// <summary>Takes what the parts have counted; called before each scrape.</summary>
    void Update();
}
