using Relay.LoadTest.Measuring;

namespace Relay.LoadTest.Reports;

/// <summary>All that a command found out.</summary>
internal sealed record Report
{
    public required string Scenario { get; init; }

    /// <summary>How to do it again.</summary>
    public required string Command { get; init; }

    public required Machine Machine { get; init; }

    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    public required IReadOnlyList<Row> Rows { get; init; }

    /// <summary>After a comparison only.</summary>
    public Comparison? Compare { get; init; }
}
