using Relay.Client.Tests.Fakes;
using Relay.Protocol.Keys;

namespace Relay.Client.Tests.Regions;

/// <summary>Not beside other tests: it counts what all threads allocate.</summary>
[Collection(nameof(AllocationTests))]
public sealed class NetworkAllocationTests
{
    private const int Packets = 20_000;

    // Without optimisation each wait allocates some 600 bytes in the connection below; what the network adds is nothing.
    [Fact]
    public async Task Packets_AllocateNoMoreThanThoseOfASingleConnection()
    {
        await using var regions = await TestRegions.StartAsync(1);
        using var aliceKey = NodePrivateKey.Generate();
        using var bobKey = NodePrivateKey.Generate();
        var options = new RelayClientOptions { PrivateKey = aliceKey, Transport = RelayTransport.Raw };
        await using var client = new RelayClient(RelayEndpoint.FromRegion(regions[1].Region, plainHttp: true), options);
        await client.ConnectAsync(Within.Token);
        await using var network = new RelayNetwork(regions.Map, new RelayNetworkOptions { Client = options with { PrivateKey = bobKey }, PlainHttp = true });
        await network.StartAsync(Within.Token);

        var one = await EchoAsync(() => client.ReceiveAsync(), packet => client.SendAsync(aliceKey.Public, packet));
        var other = await EchoAsync(() => network.ReceiveAsync(), packet => network.SendAsync(bobKey.Public, packet));
        Assert.True(other < one + 16, $"{other:0.0} bytes a packet, {one:0.0} with a single connection");
    }

    // To itself, through the relay.
    private static async Task<double> EchoAsync(Func<ValueTask<RelayMessage>> receive, Func<ReadOnlyMemory<byte>, ValueTask<bool>> send)
    {
        var packet = new byte[1200];
        await LoopAsync(Packets / 4);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await LoopAsync(Packets);
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Packets;

        async Task LoopAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                await send(packet);
                while ((await receive()).Kind != RelayMessageKind.Packet)
                {
                }
            }
        }
    }
}
