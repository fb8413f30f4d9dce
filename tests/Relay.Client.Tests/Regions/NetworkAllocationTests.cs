using Relay.Client.Tests.Fakes;
using Relay.Protocol.Map;

namespace Relay.Client.Tests.Regions;

/// <summary>What a packet costs beyond its connection: no allocation. By thread, so it may run beside others.</summary>
public sealed class NetworkAllocationTests
{
    private const int Packets = 2000;

    [Fact]
    public async Task Packets_OutAndIn_AllocateNothing()
    {
        await using var relay = new FakeRelay();
        await using var network = new RelayNetwork(
            new DerpMap { Regions = { [1] = RegionServer.At(1, relay.Port) } },
            new RelayNetworkOptions { Client = Pair.Options with { Transport = RelayTransport.Raw }, PlainHttp = true });
        var starting = network.StartAsync(Within.Token);
        var link = await relay.AdmitAsync();
        await Within.TimeAsync(starting, "the home");
        var packet = new byte[100];
        var peer = network.AddPeer(Pair.Other);

        // To a peer that was never heard, and to one that was.
        Send();
        Assert.Equal(0, Send());
        var arriving = ReceiveAsync();
        var frame = FakeLink.Recv(Pair.Other, packet);
        await link.WriteAsync([.. Enumerable.Repeat(frame, 2 * Packets).SelectMany(f => f)]);
        var (atHand, allocated) = await Within.TimeAsync(arriving, "the packets");
        Assert.True(atHand > Packets / 2, $"only {atHand} packets were at hand");
        Assert.True(allocated < 8 * atHand, $"{allocated} bytes for {atHand} packets");
        Assert.Equal(1, peer.Region);
        Send();
        Assert.Equal(0, Send());

        long Send()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Packets; i++) peer.TryPost(packet);
            for (var i = 0; i < Packets; i++) network.TryPost(Pair.Other, packet);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // Those that are at hand: a wait's cost, and that of filling the buffer without one, is the connection's.
        async Task<(int AtHand, long Allocated)> ReceiveAsync()
        {
            var (count, bytes) = (0, 0L);
            for (var i = 0; i < 2 * Packets; i++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var receive = network.ReceiveAsync();
                var ready = receive.IsCompleted;
                var cost = GC.GetAllocatedBytesForCurrentThread() - before;
                if (ready && i >= Packets) (count, bytes) = (count + 1, bytes + cost);
                await receive;
            }

            return (count, bytes);
        }
    }
}
