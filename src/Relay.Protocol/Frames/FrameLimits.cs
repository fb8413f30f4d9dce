using Relay.Protocol.Keys;

namespace Relay.Protocol.Frames;

/// <summary>
/// What payload lengths a side accepts, by frame type, judged from the header alone: before a byte of the payload is
/// awaited or stored (spec/derp.md 2, 7).
/// </summary>
public static class FrameLimits
{
    /// <summary>Bytes in the largest packet; keys and header are not counted.</summary>
    public const int MaxPacket = 65536;

    /// <summary>Payload of the largest SendPacket or RecvPacket.</summary>
    public const int MaxPacketPayload = NodeKey.Size + MaxPacket;

    /// <summary>Payload of the largest ClientInfo that a relay reads.</summary>
    public const int MaxClientInfo = 262144;

    /// <summary>Payload of the smallest ClientInfo that a relay reads; it takes 72 to be opened at all.</summary>
    public const int MinClientInfo = NodeKey.Size + 24;

    /// <summary>Payload of the largest Ping that a relay answers.</summary>
    public const int MaxPing = 1000;

    /// <summary>Payload of the largest ServerKey that a client reads.</summary>
    public const int MaxServerKey = 1024;

    /// <summary>
    /// Payload of the largest frame of a type without a limit of its own: what a client accepts of any type, and what a
    /// relay reads and throws away of types it does not handle. (The reference relay skips up to 4 GiB.)
    /// </summary>
    public const int MaxOther = 1 << 20;

    /// <summary>Whether a relay accepts this frame from a client after the handshake.</summary>
    public static bool RelayAccepts(FrameHeader header) => header.Type switch
    {
        FrameType.SendPacket => header.Length is >= NodeKey.Size and <= MaxPacketPayload,
        FrameType.ForwardPacket => header.Length is >= 2 * NodeKey.Size and <= NodeKey.Size + MaxPacketPayload,
        FrameType.NotePreferred => header.Length == 1,
        FrameType.WatchConns => header.Length == 0,
        FrameType.ClosePeer => header.Length == NodeKey.Size,
        FrameType.Ping => header.Length is >= 8 and <= MaxPing,
        _ => header.Length <= MaxOther,
    };

    /// <summary>Whether a relay accepts this frame as a client's first.</summary>
    public static bool RelayAcceptsFirst(FrameHeader header) =>
        header is { Type: FrameType.ClientInfo, Length: >= MinClientInfo and <= MaxClientInfo };

    /// <summary>Whether a client reads on after this header. Frames shorter than their minimum are skipped, not fatal (spec/derp.md 7.3).</summary>
    public static bool ClientAccepts(FrameHeader header) => header.Length <= MaxOther;
}
