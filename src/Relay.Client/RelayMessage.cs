using System.Net;
using System.Text;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.Client;

/// <summary>
/// One message from the relay, in the connection's own buffer: valid until the next receive of that connection. Copy what
/// must live longer.
/// </summary>
public readonly struct RelayMessage
{
    internal RelayMessage(RelayMessageKind kind, NodeKey key, ReadOnlyMemory<byte> payload)
    {
        Kind = kind;
        Key = key;
        Payload = payload;
    }

    /// <summary>What it is.</summary>
    public RelayMessageKind Kind { get; }

    /// <summary>The sender of a packet, the peer that is gone or present; else the zero key.</summary>
    public NodeKey Key { get; }

    /// <summary>The region that it came through, for a message of a <see cref="RelayNetwork"/>; else 0.</summary>
    public int Region { get; internal init; }

    /// <summary>The packet (0 to 65536 bytes); for other kinds the frame's payload without the key.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>PeerGone: why. <see cref="PeerGoneReason.Disconnected"/> where the relay does not say.</summary>
    public PeerGoneReason GoneReason =>
        Kind == RelayMessageKind.PeerGone && Payload.Length > 0 ? (PeerGoneReason)Payload.Span[0] : PeerGoneReason.Disconnected;

    /// <summary>Restarting: how long to wait before coming back, as the relay says it; else zero.</summary>
    public TimeSpan ReconnectIn => ReadRestarting().ReconnectIn;

    /// <summary>Restarting: how long to keep trying after that, as the relay says it; else zero.</summary>
    public TimeSpan TryFor => ReadRestarting().TryFor;

    /// <summary>
    /// Health: the relay's text, at most 500 characters, control characters replaced; null when all is well again, or for
    /// another kind. Allocates.
    /// </summary>
    public string? ReadHealth() =>
        Kind == RelayMessageKind.Health && Payload.Length > 0
            ? RelayText.Printable(Encoding.UTF8.GetString(Payload.Span[..Math.Min(Payload.Length, 2000)]), 500)
            : null;

    /// <summary>PeerPresent: where that connection comes from, and what it is. False for another kind. Allocates.</summary>
    /// <param name="address">Null where the relay does not know or say.</param>
    /// <param name="flags">None where the relay does not say.</param>
    public bool TryReadPresence(out IPEndPoint? address, out PeerPresence flags)
    {
        (address, flags) = (null, PeerPresence.None);
        if (Kind != RelayMessageKind.PeerPresent) return false;
        Span<byte> whole = stackalloc byte[FrameWriter.PeerPresentSize - FrameHeader.Size];
        var rest = Payload.Span[..Math.Min(Payload.Length, whole.Length - NodeKey.Size)];
        Key.CopyTo(whole);
        rest.CopyTo(whole[NodeKey.Size..]);
        return FramePayload.TryReadPeerPresent(whole[..(NodeKey.Size + rest.Length)], out _, out address, out flags);
    }

    /// <summary>Kind and peer, for a log.</summary>
    public override string ToString() => Key.IsZero ? Kind.ToString() : $"{Kind} {Key}";

    private (TimeSpan ReconnectIn, TimeSpan TryFor) ReadRestarting() =>
        Kind == RelayMessageKind.Restarting && FramePayload.TryReadRestarting(Payload.Span, out var reconnectIn, out var tryFor)
            ? (reconnectIn, tryFor)
            : default;
}
