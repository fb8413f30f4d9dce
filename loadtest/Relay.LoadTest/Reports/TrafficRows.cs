using Relay.LoadTest.Measuring;
using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Reports;

/// <summary>Makes a row of what traffic brought.</summary>
internal static class TrafficRows
{
    internal static Row Of(string target, string part, TrafficResult result)
    {
        var load = result.LoadFlows.Select(flow => flow.Counters).ToList();
        var offered = load.Sum(flow => flow.Offered);
        var delivered = (double)load.Sum(flow => flow.Delivered);
        // Who sends as fast as it goes has offered what it sent.
        var relayed = (result.After.Packets - result.Before.Packets) * (result.Flows.Any(flow => flow.Plan.Echo) ? 2.0 : 1.0);
        var server = result.After.Server - result.Before.Server;
        return new Row
        {
            Target = target,
            Part = part,
            OfferedPps = offered / result.Window.TotalSeconds,
            SentPps = load.Sum(flow => flow.Sent) / result.Window.TotalSeconds,
            DeliveredPps = (result.After.Packets - result.Before.Packets) / result.Elapsed,
            DeliveredMbitS = (result.After.Bytes - result.Before.Bytes) * 8 / result.Elapsed / 1e6,
            Loss = offered == 0 ? null : 1 - delivered / offered,
            P50 = result.Load.Percentile(50),
            P90 = result.Load.Percentile(90),
            P99 = result.Load.Percentile(99),
            P999 = result.Load.Percentile(99.9),
            Max = result.Load.Percentile(100),
            DiscoP99Us = result.Probes.Percentile(99),
            PacketsPerCpuS = server?.CpuSeconds is > 0 and var cpu ? relayed / cpu : null,
            CpuUsEach = server is { } used && relayed > 0 ? used.CpuSeconds * 1e6 / relayed : null,
            Curve = result.Load.Curve(),
        }.With(server, result.After.Generator - result.Before.Generator, result.Elapsed);
    }

    /// <summary>What server and generator have used in so many seconds.</summary>
    internal static Row With(this Row row, ProcessUsage? server, ProcessUsage generator, double seconds) => row with
    {
        ServerCpuS = server?.CpuSeconds,
        ServerCpuUserS = server?.UserSeconds,
        ServerCpuSystemS = server?.SystemSeconds,
        ServerRssBytes = server?.ResidentBytes,
        GeneratorShare = generator.CpuSeconds / seconds / Machine.ThisOne().Cores,
        Seconds = seconds,
    };
}
