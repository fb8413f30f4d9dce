using Relay.LoadTest.Derp;
using Relay.LoadTest.Traffic;
using Relay.Protocol.Frames;
using Relay.Testing;

namespace Relay.LoadTest.Tests.Derp;

public sealed class WalkerTests
{
    // A packet, a frame without payload, one shorter than what is looked at, a longer packet.
    private static readonly (FrameType Type, int Length)[] Frames = [(FrameType.RecvPacket, 140), (FrameType.KeepAlive, 0), (FrameType.PeerGone, 33), (FrameType.RecvPacket, 300)];

    [Fact]
    public void FrameWalker_AtAnySplit_FindsTheSameFrames()
    {
        foreach (var chunks in Splits.Of(Stream()))
        {
            List<(FrameType Type, int Length)> found = [];
            var walker = new FrameWalker((type, start, length) =>
            {
                Assert.Equal(Math.Min(length, Packet.FrameHeadSize), start.Length);
                // The payload is numbered, so a head from the wrong place shows.
                if (start.Length > FrameHeader.Size) Assert.Equal((byte)(start.Length - FrameHeader.Size - 1), start[^1]);
                found.Add((type, length - FrameHeader.Size));
            });
            foreach (var chunk in chunks) walker.Feed(chunk.Span);
            Assert.Equal(Frames, found);
        }
    }

    [Fact]
    public void FrameWalker_OutOfStep_SaysSo()
    {
        var walker = new FrameWalker((_, _, _) => { });
        Assert.Throws<IOException>(() => walker.Feed(new byte[] { 5, 0xFF, 0, 0, 0, 1, 2, 3 }.Concat(new byte[100]).ToArray()));
    }

    [Fact]
    public void MessageWalker_AtAnySplit_GivesThePayloadsOfDataMessages()
    {
        var stream = Stream();
        byte[] messages =
        [
            0x82, 126, 0, 141, .. stream[..141],
            0x89, 3, 1, 2, 3, // a ping
            0x82, 0,
            0x82, 127, 0, 0, 0, 0, 0, 0, (byte)((stream.Length - 191) >> 8), (byte)(stream.Length - 191), .. stream[141..^50],
            0x82, 50, .. stream[^50..],
        ];
        foreach (var chunks in Splits.Of(messages))
        {
            List<(FrameType Type, int Length)> found = [];
            var walker = new MessageWalker(new FrameWalker((type, _, length) => found.Add((type, length - FrameHeader.Size))));
            foreach (var chunk in chunks) walker.Feed(chunk.Span);
            Assert.Equal(Frames, found);
        }
    }

    [Fact]
    public void Wrap_IsAMaskedBinaryMessage()
    {
        var message = WebSocketFraming.Wrap([9, 8, 7]);
        Assert.Equal([0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 9, 8, 7], message);
    }

    private static byte[] Stream()
    {
        List<byte> bytes = [];
        foreach (var (type, length) in Frames)
        {
            var frame = new byte[FrameHeader.Size + length];
            FrameHeader.Write(frame, type, length);
            for (var i = 0; i < length; i++) frame[FrameHeader.Size + i] = (byte)i;
            bytes.AddRange(frame);
        }

        return [.. bytes];
    }
}
