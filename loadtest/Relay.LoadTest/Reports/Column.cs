namespace Relay.LoadTest.Reports;

/// <summary>A column of a table.</summary>
/// <param name="Head">Its head.</param>
/// <param name="Meaning">What that means.</param>
/// <param name="Value">What a row has in it.</param>
/// <param name="Format">How that is written.</param>
internal sealed record Column(string Head, string Meaning, Func<Row, double?> Value, Func<double, string> Format)
{
    internal string Text(Row row) => Value(row) is { } value ? Format(value) : "";

    /// <summary>The median of several rows, as text.</summary>
    internal string Median(IEnumerable<Row> rows) => Medians.Of(rows, Value) is { } value ? Format(value) : "";
}
