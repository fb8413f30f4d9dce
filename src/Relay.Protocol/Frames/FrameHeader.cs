using System.Buffers.Binary;

namespace Relay.Protocol.Frames;

/// <summary>The five bytes before each payload: type, then the payload's length, big endian (spec/derp.md 7.1).</summary>
/// <param name="Type">What the payload is; may be a value that no member of <see cref="FrameType"/> names.</param>
/// <param name="Length">Bytes of payload after the header. As received: judge it by <see cref="FrameLimits"/> before believing it.</param>
public readonly record struct FrameHeader(FrameType Type, uint Length)
{
    /// <summary>Bytes in a header.</summary>
    public const int Size = 5;

    /// <summary>Reads a header, or returns false when fewer than five bytes are there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> input, out FrameHeader header)
    {
        if (input.Length < Size)
        {
            header = default;
            return false;
        }

        header = new FrameHeader((FrameType)input[0], BinaryPrimitives.ReadUInt32BigEndian(input[1..]));
        return true;
    }

    /// <summary>Writes a header to the first five bytes of <paramref name="destination"/>.</summary>
    public static void Write(Span<byte> destination, FrameType type, int length)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], (uint)length);
        destination[0] = (byte)type;
    }
}
