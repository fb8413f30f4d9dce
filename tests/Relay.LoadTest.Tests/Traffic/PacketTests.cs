using Relay.LoadTest.Traffic;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.LoadTest.Tests.Traffic;

public sealed class PacketTests
{
    [Theory]
    [InlineData(Packet.MinSize, false, PacketKind.WireGuardData)]
    [InlineData(1280, false, PacketKind.WireGuardData)]
    [InlineData(120, true, PacketKind.Disco)]
    public void Frame_CarriesItsStampAndLooksReal(int size, bool disco, PacketKind kind)
    {
        using var key = NodePrivateKey.Generate();
        var frame = new byte[FrameWriter.PacketOverhead + size];
        Assert.Equal(frame.Length, Packet.WriteFrame(frame, key.Public, flow: 7, size, disco));
        Packet.Stamp(frame, due: 123_456_789_012, number: 42);

        Assert.Equal(kind, PacketKinds.Classify(frame.AsSpan(FrameWriter.PacketOverhead)));
        Assert.True(Packet.TryRead(frame.AsSpan(0, Packet.FrameHeadSize), out var flow, out var due, out var number));
        Assert.Equal((7, 123_456_789_012, 42), (flow, due, number));
    }

    [Fact]
    public void TryRead_OfAShorterFrame_IsFalse() => Assert.False(Packet.TryRead(new byte[Packet.FrameHeadSize - 1], out _, out _, out _));
}
