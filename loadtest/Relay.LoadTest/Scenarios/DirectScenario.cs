namespace Relay.LoadTest.Scenarios;

/// <summary>
/// Throughput without a relay. A relay's figures mean something only while they stay well below these: otherwise it is
/// the generator that was measured.
/// </summary>
internal sealed class DirectScenario : ThroughputScenario
{
    internal override string Name => "direct";

    internal override string Summary => "Throughput with nothing in between: what the generator itself can do here.";

    internal override bool NeedsRelay => false;

    internal override bool Compares => false;
}
