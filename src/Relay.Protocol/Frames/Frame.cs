namespace Relay.Protocol.Frames;

/// <summary>One frame in a buffer, without a copy: valid only as long as the buffer.</summary>
public readonly ref struct Frame
{
    /// <summary>A frame of <paramref name="type"/> around <paramref name="payload"/>.</summary>
    public Frame(FrameType type, ReadOnlySpan<byte> payload)
    {
        Type = type;
        Payload = payload;
    }

    /// <summary>What the payload is.</summary>
    public FrameType Type { get; }

    /// <summary>The bytes after the header.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Header and payload together.</summary>
    public int TotalLength => FrameHeader.Size + Payload.Length;

    /// <summary>
    /// Reads the frame at the start of <paramref name="input"/>. The length is judged by <paramref name="accepts"/>
    /// (<see cref="FrameLimits"/>) as soon as five bytes are there.
    /// </summary>
    public static FrameStatus TryRead(ReadOnlySpan<byte> input, Func<FrameHeader, bool> accepts, out Frame frame)
    {
        frame = default;
        if (!FrameHeader.TryRead(input, out var header)) return FrameStatus.NeedMoreData;
        if (!accepts(header)) return FrameStatus.BadLength;
        if ((uint)(input.Length - FrameHeader.Size) < header.Length) return FrameStatus.NeedMoreData;
        frame = new Frame(header.Type, input.Slice(FrameHeader.Size, (int)header.Length));
        return FrameStatus.Complete;
    }
}
