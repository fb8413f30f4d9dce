using Relay.Client.Tests.Fakes;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;

namespace Relay.Client.Tests.Regions;

public sealed class FailureTests
{
    private static readonly DerpMap Wrong = new()
    {
        Regions = { [1] = new DerpRegion { RegionID = 1, Nodes = [new DerpNode { Name = "1a", HostName = "relay.test", CertName = "sha256-raw:12" }] } },
    };

    // Found out later, it would end the choice of a home, and with it everything, without a word.
    [Fact]
    public async Task Map_WithAnEntryThatCannotBe_IsRefusedAtOnce()
    {
        using var key = NodePrivateKey.Generate();
        var options = new RelayNetworkOptions { Client = new RelayClientOptions { PrivateKey = key } };
        Assert.Contains("sha256-raw:12", Assert.Throws<FormatException>(() => new RelayNetwork(Wrong, options)).Message, StringComparison.Ordinal);

        await using var regions = await TestRegions.StartAsync(1);
        var node = await regions.AddAsync(nearest: 1);
        await Assert.ThrowsAsync<FormatException>(() => node.Network.UseAsync(Wrong));
        Assert.True(node.Region(1)!.IsConnected);
    }

    [Fact]
    public async Task Dispose_AfterAHandlerThrew_StillClosesTheConnections()
    {
        await using var regions = await TestRegions.StartAsync(1);
        using var key = NodePrivateKey.Generate();
        var network = new RelayNetwork(regions.Map, new RelayNetworkOptions { Client = new RelayClientOptions { PrivateKey = key }, PlainHttp = true });
        var thrown = new TaskCompletionSource();
        network.HomeChanged += (_, _) =>
        {
            thrown.SetResult();
            throw new InvalidOperationException("a handler that must not");
        };
        network.Start();
        await Within.TimeAsync(thrown.Task, "the home");
        await Within.TimeAsync(network.DisposeAsync().AsTask(), "the end");
        Assert.All(network.Regions, region => Assert.Equal(RelayState.Closed, region.State));
    }
}
