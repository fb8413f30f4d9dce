using Relay.LoadTest.Commands;

namespace Relay.LoadTest.Reports;

/// <summary>Two targets, run by run.</summary>
/// <param name="Metric">What was compared.</param>
/// <param name="Against">With whom.</param>
/// <param name="Ratios">Ours by theirs, of each pair of runs that were made one after the other.</param>
/// <param name="Median">Of the ratios.</param>
internal sealed record Comparison(string Metric, string Against, IReadOnlyList<double> Ratios, double Median)
{
    private const string ByCpu = "packets_per_cpu_s";

    /// <summary>What was compared, for people.</summary>
    internal string Words => Metric == ByCpu ? "as much per CPU second" : "as much delivered a second";

    /// <summary>Compares row by row: the first of ours with the first of theirs.</summary>
    internal static Comparison? Of(IReadOnlyList<Row> ours, IReadOnlyList<Row> theirs)
    {
        // The last part of a scenario is what it is about; those before it are measured for its sake.
        var part = ours.Count == 0 ? "" : ours[^1].Part;
        var pairs = ours.Where(row => row.Part == part).Zip(theirs.Where(row => row.Part == part)).ToList();
        if (pairs.Count == 0) return null;
        var byCpu = pairs.All(pair => pair.First.PacketsPerCpuS > 0 && pair.Second.PacketsPerCpuS > 0);
        if (!byCpu && pairs.Any(pair => pair.Second.DeliveredPps is not > 0)) throw LoadException.Failed($"{theirs[0].Target}: nothing arrived, so there is nothing to compare with");
        var ratios = pairs.Select(pair => byCpu
            ? pair.First.PacketsPerCpuS!.Value / pair.Second.PacketsPerCpuS!.Value
            : (pair.First.DeliveredPps ?? 0) / pair.Second.DeliveredPps!.Value).ToList();
        return new Comparison(byCpu ? ByCpu : "delivered_pps", theirs[0].Target, ratios, Medians.Of(ratios));
    }
}
