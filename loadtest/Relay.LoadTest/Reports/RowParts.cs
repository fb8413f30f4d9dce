using Relay.LoadTest.Measuring;

namespace Relay.LoadTest.Reports;

/// <summary>Puts what was measured into a row.</summary>
internal static class RowParts
{
    internal static Row With(this Row row, Latencies latencies) => row with
    {
        P50 = latencies.Percentile(50),
        P90 = latencies.Percentile(90),
        P99 = latencies.Percentile(99),
        P999 = latencies.Percentile(99.9),
        Max = latencies.Percentile(100),
        Curve = latencies.Curve(),
    };

    /// <summary>What server and generator have used in so many seconds, for so many packets, connections or answers.</summary>
    internal static Row With(this Row row, ProcessUsage? server, ProcessUsage generator, double seconds, double count) => row with
    {
        ServerCpuS = server?.CpuSeconds,
        ServerCpuUserS = server?.UserSeconds,
        ServerCpuSystemS = server?.SystemSeconds,
        ServerRssBytes = server?.ResidentBytes,
        PacketsPerCpuS = server?.CpuSeconds is > 0 and var cpu && count > 0 ? count / cpu : null,
        CpuUsEach = server is { } used && count > 0 ? used.CpuSeconds * 1e6 / count : null,
        GeneratorShare = generator.CpuSeconds / seconds / Machine.ThisOne().Cores,
        Seconds = seconds,
    };
}
