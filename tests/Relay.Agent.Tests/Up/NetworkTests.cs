using System.Net;
using Relay.Agent.Up.Network;
using Relay.Protocol.Map;

namespace Relay.Agent.Tests.Up;

public sealed class NetworkTests
{
    [Theory]
    [InlineData("eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0", "eth0 0101A8C0 100")]
    [InlineData("eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0", null)]
    [InlineData("Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT", null)]
    [InlineData("", null)]
    public void DefaultRoutes_OfIPv4_AreThoseToEverywhere(string line, string? expected) => Assert.Equal(expected, DefaultRoutes.IPv4(line));

    [Theory]
    [InlineData("00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000005 00000000 00450003     eth0", "eth0 fe800000000000000000000000000001 00000400")]
    [InlineData("00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo", null)]
    [InlineData("20010db8000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0", null)]
    public void DefaultRoutes_OfIPv6_AreThoseToEverywhere(string line, string? expected) => Assert.Equal(expected, DefaultRoutes.IPv6(line));

    [Fact]
    public async Task StunServers_WithATestAddress_AreAskedThere()
    {
        var node = new DerpNode { Name = "1a", HostName = "relay.test", IPv4 = "192.0.2.1", IPv6 = "2001:db8::1", STUNTestIP = "198.51.100.7" };
        var map = new DerpMap { Regions = { [1] = new DerpRegion { RegionID = 1, Nodes = [node] } } };
        var found = await StunServers.FindAsync(map, [], TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal([new IPEndPoint(IPAddress.Parse("198.51.100.7"), 3478)], found.Select(f => f.ToIPEndPoint()));
    }
}
