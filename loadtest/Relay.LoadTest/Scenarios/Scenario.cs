using Relay.LoadTest.Commands;
using Relay.LoadTest.Reports;
using Relay.LoadTest.Targets;
using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Scenarios;

/// <summary>A kind of work, and what is to be read off it.</summary>
internal abstract class Scenario
{
    /// <summary>All of them, in the order of the help.</summary>
    internal static IReadOnlyList<Scenario> All { get; } =
    [
        new ThroughputScenario(), new OverloadScenario(), new LightScenario(), new PingPongScenario(), new IdleScenario(),
        new ConnectScenario(), new FairnessScenario(), new StunScenario(), new DirectScenario(),
    ];

    internal abstract string Name { get; }

    /// <summary>One sentence for the help.</summary>
    internal abstract string Summary { get; }

    /// <summary>What <see cref="LoadOptions.Count"/> counts here.</summary>
    internal virtual string Counts => "Pairs of clients";

    /// <summary>Whether it needs a relay.</summary>
    internal virtual bool NeedsRelay => true;

    /// <summary>Whether it can be done to two targets in turn.</summary>
    internal virtual bool Compares => true;

    /// <summary>Runs once; one row, or a row for each part.</summary>
    internal abstract Task<IReadOnlyList<Row>> RunAsync(ITarget target, LoadOptions options, CancellationToken stop);

    private protected static async Task<Row> TrafficAsync(TrafficPlan plan, string part, ITarget target, LoadOptions options, CancellationToken stop) =>
        TrafficRows.Of(target.Name, part, await TrafficRun.RunAsync(plan, target, options, stop));

    private protected static RelayTarget Relay(ITarget target) =>
        target as RelayTarget ?? throw LoadException.Usage($"{target.Name} cannot do this: a relay is needed");
}
