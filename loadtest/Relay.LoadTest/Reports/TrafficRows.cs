using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Reports;

/// <summary>Makes a row of what traffic brought.</summary>
internal static class TrafficRows
{
    internal static Row Of(string target, string part, TrafficResult result)
    {
        var load = result.LoadFlows.Select(flow => flow.Counters).ToList();
        var offered = load.Sum(flow => flow.Offered);
        var arrived = result.After.Packets - result.Before.Packets;

        // A round trip is two packets for the relay.
        var relayed = arrived * (result.Flows.Any(flow => flow.Plan.Echo) ? 2.0 : 1.0);
        var row = new Row
        {
            Target = target,
            Part = part,
            OfferedPps = offered / result.Window.TotalSeconds,
            SentPps = load.Sum(flow => flow.Sent) / result.Window.TotalSeconds,
            DeliveredPps = arrived / result.Elapsed,
            DeliveredMbitS = (result.After.Bytes - result.Before.Bytes) * 8 / result.Elapsed / 1e6,
            Loss = offered == 0 ? null : 1 - load.Sum(flow => flow.Delivered) / (double)offered,
            DiscoP99Us = result.Probes.Percentile(99),
        };
        return row.With(result.Load).With(result.After.Server - result.Before.Server, result.After.Generator - result.Before.Generator, result.Elapsed, relayed);
    }
}
