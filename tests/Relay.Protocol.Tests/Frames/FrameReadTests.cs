using Relay.Protocol.Frames;
using Relay.Testing;

namespace Relay.Protocol.Tests.Frames;

public sealed class FrameReadTests
{
    private static readonly byte[] Input = Known.Bytes("04 00000025" + Known.RelayHex + "68656c6c6f 06 00000000 7f 00000003 616263 12 00000008 0102030405060708");

    [Fact]
    public void TryRead_AtAnySplit_GivesTheSameFrames()
    {
        foreach (var chunks in Splits.Of(Input))
        {
            Assert.Equal(["SendPacket 37", "KeepAlive 0", "127 3", "Ping 8"], ReadAll(chunks));
        }
    }

    [Fact]
    public void TryRead_OfEveryPrefix_NeedsMoreUntilTheLastByte()
    {
        var frame = Input.AsSpan(0, 42);
        for (var length = 0; length < frame.Length; length++)
        {
            Assert.Equal(FrameStatus.NeedMoreData, Frame.TryRead(frame[..length], FrameLimits.RelayAccepts, out var none));
            Assert.True(none.Payload.IsEmpty);
        }

        Assert.Equal(FrameStatus.Complete, Frame.TryRead(frame, FrameLimits.RelayAccepts, out _));
    }

    [Fact]
    public void TryRead_OfALengthBeyondTheLimit_IsRefusedFromFiveBytes()
    {
        byte[] head = [(byte)FrameType.SendPacket, 0xFF, 0xFF, 0xFF, 0xFF];
        Assert.Equal(FrameStatus.NeedMoreData, Frame.TryRead(head.AsSpan(0, 4), FrameLimits.RelayAccepts, out _));
        Assert.Equal(FrameStatus.BadLength, Frame.TryRead(head, FrameLimits.RelayAccepts, out _));
    }

    [Fact]
    public void TryRead_OfTheLargestLength_WhereAllAreAccepted_NeedsMore()
    {
        byte[] head = [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3];
        Assert.Equal(FrameStatus.NeedMoreData, Frame.TryRead(head, _ => true, out _));
        head[1] = 0x7F;
        Assert.Equal(FrameStatus.NeedMoreData, Frame.TryRead(head, _ => true, out _));
    }

    [Fact]
    public void Header_BothWays()
    {
        var bytes = new byte[FrameHeader.Size];
        FrameHeader.Write(bytes, FrameType.Ping, 0x01020304);
        Assert.Equal("1201020304", Convert.ToHexStringLower(bytes));
        Assert.True(FrameHeader.TryRead(bytes, out var header));
        Assert.Equal(new FrameHeader(FrameType.Ping, 0x01020304), header);
        Assert.False(FrameHeader.TryRead(bytes.AsSpan(0, 4), out _));
        Assert.ThrowsAny<ArgumentException>(() => FrameHeader.Write(new byte[4], FrameType.Ping, 8));
    }

    // As a connection reads: what arrives is put behind what is left, and all whole frames are taken.
    private static List<string> ReadAll(IReadOnlyList<ReadOnlyMemory<byte>> chunks)
    {
        var frames = new List<string>();
        var buffer = new byte[Input.Length];
        var held = 0;
        foreach (var chunk in chunks)
        {
            chunk.Span.CopyTo(buffer.AsSpan(held));
            held += chunk.Length;
            FrameStatus status;
            while ((status = Frame.TryRead(buffer.AsSpan(0, held), FrameLimits.RelayAccepts, out var frame)) == FrameStatus.Complete)
            {
                frames.Add($"{frame.Type} {frame.Payload.Length}");
                buffer.AsSpan(frame.TotalLength, held - frame.TotalLength).CopyTo(buffer);
                held -= frame.TotalLength;
            }

            Assert.Equal(FrameStatus.NeedMoreData, status);
        }

        Assert.Equal(0, held);
        return frames;
    }
}
