using System.Net;
using Relay.Client.Measuring;
using Relay.Client.Tests.Fakes;
using Relay.Protocol.Map;
using Relay.Stun;

namespace Relay.Client.Tests.Regions;

public sealed class RegionProbeTests
{
    private readonly RegionProbe _probe = new(Pair.Options, plainHttp: true);

    [Fact]
    public async Task Measure_AsksStun_AndHasWhatAnswers()
    {
        await using var regions = await TestRegions.StartAsync(3);
        await using var stun = new StunResponder();
        await stun.StartAsync([new IPEndPoint(IPAddress.Loopback, 0)], Within.Token);
        var map = regions.Map;
        Ask(map, 1, stun.EndPoints[0].Port);
        Ask(map, 2, stun.EndPoints[0].Port);
        map.Regions[2] = map.Regions[2] with { NoMeasureNoHome = true };

        var measured = await Within.TimeAsync(_probe.MeasureAsync(map, Within.Token), "the regions to be measured");
        Assert.Equal([1], measured.Keys); // of the third, which has no STUN, nothing is known, and by HTTPS nobody is asked
        Assert.InRange(measured[1], TimeSpan.FromTicks(1), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Measure_WithoutAnyStun_AsksOverHttp()
    {
        await using var regions = await TestRegions.StartAsync(3);
        await regions[2].StopAsync();
        var measured = await Within.TimeAsync(_probe.MeasureAsync(regions.Map, Within.Token), "the regions to be measured");
        Assert.Equal([1, 3], measured.Keys.Order());
    }

    private static void Ask(DerpMap map, int id, int port) =>
        map.Regions[id] = map.Regions[id] with { Nodes = [map.Regions[id].Nodes[0] with { STUNPort = port }] };
}
