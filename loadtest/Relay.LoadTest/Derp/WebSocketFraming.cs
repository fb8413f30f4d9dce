using System.Buffers.Binary;

namespace Relay.LoadTest.Derp;

/// <summary>WebSocket messages around frames (RFC 6455).</summary>
internal static class WebSocketFraming
{
    // | FIN, binary | masked, 127 | length (8) | mask (4) |
    private const int OwnHeadSize = 14;
    private const byte FinalBinary = 0x82;
    private const byte MaskedLong = 0x80 | 127;

    /// <summary>
    /// A message as a client sends it. The mask is zero, which is a legal one and leaves the bytes as they are; the relay
    /// unmasks them all the same.
    /// </summary>
    internal static byte[] Wrap(ReadOnlySpan<byte> frames)
    {
        var message = new byte[OwnHeadSize + frames.Length];
        (message[0], message[1]) = (FinalBinary, MaskedLong);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(2), frames.Length);
        frames.CopyTo(message.AsSpan(OwnHeadSize));
        return message;
    }

    /// <summary>Bytes of the head of a message from a relay, or 0 when too little is there to tell.</summary>
    internal static int HeadSize(ReadOnlySpan<byte> message) => message.Length < 2 ? 0 : (message[1] & 0x7F) switch
    {
        126 => 4,
        127 => 10,
        _ => 2,
    };

    /// <summary>Bytes of the payload that a whole head announces.</summary>
    internal static long PayloadLength(ReadOnlySpan<byte> head) => head.Length switch
    {
        2 => head[1] & 0x7F,
        4 => BinaryPrimitives.ReadUInt16BigEndian(head[2..]),
        _ => BinaryPrimitives.ReadInt64BigEndian(head[2..]),
    };
}
