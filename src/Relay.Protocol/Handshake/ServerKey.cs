using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.Protocol.Handshake;

/// <summary>The relay's greeting: eight bytes of magic and its public key (spec/derp.md 8.1).</summary>
public static class ServerKey
{
    /// <summary>Bytes of the whole frame.</summary>
    public const int FrameSize = FrameHeader.Size + 8 + NodeKey.Size;

    private static ReadOnlySpan<byte> Magic => "DERP🔑"u8;

    // | 0x01 | length 40 (4) | magic (8) | key (32) |
    /// <summary>Writes the frame, <see cref="FrameSize"/> bytes, and returns its size.</summary>
    public static int Write(Span<byte> destination, NodeKey relay)
    {
        FrameHeader.Write(destination, FrameType.ServerKey, FrameSize - FrameHeader.Size);
        Magic.CopyTo(destination[FrameHeader.Size..]);
        relay.CopyTo(destination[(FrameHeader.Size + Magic.Length)..]);
        return FrameSize;
    }

    /// <summary>Reads the payload; false without the magic, for a payload that is too short or too long, or for the all-zero key.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out NodeKey relay)
    {
        relay = default;
        if (payload.Length is < FrameSize - FrameHeader.Size or > FrameLimits.MaxServerKey || !payload.StartsWith(Magic)) return false;
        relay = new NodeKey(payload.Slice(Magic.Length, NodeKey.Size));
        return !relay.IsZero;
    }
}
