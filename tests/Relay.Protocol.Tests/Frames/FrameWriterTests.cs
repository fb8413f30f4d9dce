using Relay.Protocol.Frames;

namespace Relay.Protocol.Tests.Frames;

public sealed class FrameWriterTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1400)]
    [InlineData(FrameLimits.MaxPacket)]
    public void Packets_UpToTheLargest_AreWrittenAndAccepted(int length)
    {
        var packet = new byte[length];
        new Random(length).NextBytes(packet);
        var buffer = new byte[FrameWriter.ForwardOverhead + length];

        Assert.Equal(FrameWriter.PacketOverhead + length, FrameWriter.SendPacket(buffer, Known.Relay, packet));
        Assert.Equal(FrameStatus.Complete, Frame.TryRead(buffer, FrameLimits.RelayAccepts, out var send));
        Assert.Equal(packet, send.Payload[32..]);

        Assert.Equal(FrameWriter.ForwardOverhead + length, FrameWriter.ForwardPacket(buffer, Known.Client, Known.Relay, packet));
        Assert.Equal(FrameStatus.Complete, Frame.TryRead(buffer, FrameLimits.RelayAccepts, out var forward));
        Assert.Equal(packet, forward.Payload[64..]);
    }

    [Fact]
    public void Packets_BeyondTheLargest_AreRefused()
    {
        var packet = new byte[FrameLimits.MaxPacket + 1];
        var buffer = new byte[packet.Length + 100];
        Assert.Throws<ArgumentException>(() => FrameWriter.SendPacket(buffer, Known.Relay, packet));
        Assert.Throws<ArgumentException>(() => FrameWriter.RecvPacket(buffer, Known.Relay, packet));
        Assert.Throws<ArgumentException>(() => FrameWriter.ForwardPacket(buffer, Known.Relay, Known.Client, packet));
    }

    [Fact]
    public void Ping_OfMoreThanEightBytes_TakesTheFirstEight()
    {
        var buffer = new byte[FrameWriter.PingSize];
        FrameWriter.Pong(buffer, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        Assert.Equal("13000000080102030405060708", Convert.ToHexStringLower(buffer));
        Assert.ThrowsAny<ArgumentException>(() => FrameWriter.Ping(buffer, [1, 2, 3, 4, 5, 6, 7]));
    }
}
