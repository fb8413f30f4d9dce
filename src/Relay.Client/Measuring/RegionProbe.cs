using System.Net.Sockets;
using Relay.Protocol.Map;

namespace Relay.Client.Measuring;

/// <summary>How far the regions of a map are: by STUN, over both families, the faster counts; where no server answers, by HTTPS.</summary>
internal sealed class RegionProbe(RelayClientOptions options, bool plainHttp)
{
    /// <summary>The regions that answered.</summary>
    internal async Task<IReadOnlyDictionary<int, TimeSpan>> MeasureAsync(DerpMap map, CancellationToken stop)
    {
        var regions = map.Regions.Values.Where(r => !r.NoMeasureNoHome).ToList();
        var (four, six) = (StunAsync(AddressFamily.InterNetwork), StunAsync(AddressFamily.InterNetworkV6));
        var (stun4, stun6) = (await four.ConfigureAwait(false), await six.ConfigureAwait(false));
        var latencies = regions.Select((_, i) => new[] { stun4[i]?.Latency, stun6[i]?.Latency }.Min()).ToList();
        if (latencies.All(l => l is null))
        {
            latencies = [.. await Task.WhenAll(regions
                .Select(r => HttpsLatency.MeasureAsync(r, plainHttp, options, stop))).ConfigureAwait(false)];
        }

        return regions.Zip(latencies).Where(m => m.Second is not null).ToDictionary(m => m.First.RegionID, m => m.Second!.Value);

        Task<IReadOnlyList<StunReply?>> StunAsync(AddressFamily family) => RegionStun.AskAsync(regions, family, options.TimeProvider, stop);
    }
}
