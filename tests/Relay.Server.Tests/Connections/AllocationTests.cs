using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.Server.Tests.Connections;

public sealed class AllocationTests
{
    private const int PacketsPerRead = 12;

    [Theory]
    [InlineData(1)]
    [InlineData(PacketsPerRead)]
    public async Task ForwardedPacket_AllocatesNothing(int packetsPerRead)
    {
        await using var relay = new TestRelay();
        using var key = NodePrivateKey.Generate();
        var bob = new ScriptedStream(key, relay.Key.Public, []);
        var alice = new ScriptedStream(NodePrivateKey.Generate(), relay.Key.Public, Packets(key.Public, packetsPerRead));
        var bobSession = relay.Server.ServeAsync(bob.Connection);

        // All of it runs on one thread: the scripted stream completes every read and write at once.
        await LoopThread.RunAsync(() => relay.Server.ServeAsync(alice.Connection));
        bob.End();
        await bobSession;

        Assert.Equal((long)alice.Given * packetsPerRead, relay.Server.Snapshot().PacketsOut(PacketKind.Other));
        Assert.True(alice.Allocated == 0, $"{alice.Allocated} bytes for {ScriptedStream.Measured * packetsPerRead} packets");
    }

    private static byte[] Packets(NodeKey to, int count)
    {
        var frames = new byte[count * (FrameWriter.PacketOverhead + 1280)];
        for (var i = 0; i < count; i++) FrameWriter.SendPacket(frames.AsSpan(i * (FrameWriter.PacketOverhead + 1280)), to, new byte[1280]);
        return frames;
    }
}
