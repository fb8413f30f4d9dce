using Relay.Protocol.Frames;

namespace Relay.Server.Tests.Connections;

public sealed class ForwardingTests
{
    [Fact]
    public async Task Packet_ToConnectedKey_ArrivesWithItsSource()
    {
        await using var relay = new TestRelay();
        var (alice, bob) = (await relay.ConnectAsync(), await relay.ConnectAsync());

        await alice.SendPacketAsync(bob.Key, "hello");

        var (from, packet) = await bob.ReceivePacketAsync();
        Assert.Equal(alice.Key, from);
        Assert.Equal("hello"u8.ToArray(), packet);
    }

    [Fact]
    public async Task Packets_OfEverySizeGlued_ArriveInOrder()
    {
        await using var relay = new TestRelay();
        var (alice, bob) = (await relay.ConnectAsync(), await relay.ConnectAsync());
        var random = new Random(1);
        var packets = Enumerable.Range(0, 200).Select(i => new byte[i % 50 == 49 ? FrameLimits.MaxPacket - i : random.Next(3000)]).ToList();
        foreach (var packet in packets) random.NextBytes(packet);

        var sending = Task.Run(async () =>
        {
            foreach (var packet in packets) await alice.SendPacketAsync(bob.Key, packet);
        });

        foreach (var packet in packets) Assert.Equal(packet, (await bob.ReceivePacketAsync()).Packet);
        await sending;
    }
}
