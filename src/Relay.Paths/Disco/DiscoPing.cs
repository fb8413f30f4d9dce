using Relay.Protocol.Keys;
using Relay.Stun.Messages;

namespace Relay.Paths.Disco;

/// <summary>
/// A probe (spec/disco.md 4.1). Padding makes it as long as a data packet, which proves that such a one gets through;
/// whoever reads it ignores what stands behind the key.
/// </summary>
internal readonly record struct DiscoPing(StunTransactionId Id, NodeKey Sender)
{
    // | 1 | 0 | id (12) | sender's node key (32) | padding |
    internal const int Size = SenderAt + NodeKey.Size;

    private const int IdAt = 2;
    private const int SenderAt = IdAt + StunTransactionId.Size;

    /// <summary>Reads a message of type ping; false when it is cut. A ping of old without a key has the zero key.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> message, out DiscoPing ping)
    {
        ping = default;
        if (message.Length < SenderAt) return false;
        var id = new StunTransactionId(message.Slice(IdAt, StunTransactionId.Size));
        ping = new DiscoPing(id, message.Length < Size ? default : new NodeKey(message.Slice(SenderAt, NodeKey.Size)));
        return true;
    }

    /// <summary>Fills the whole of <paramref name="message"/>, at least <see cref="Size"/> bytes; the rest is padding.</summary>
    internal void Write(Span<byte> message)
    {
        message[0] = (byte)DiscoMessageType.Ping;
        message[1] = 0;
        Id.CopyTo(message[IdAt..]);
        Sender.CopyTo(message[SenderAt..]);
        message[Size..].Clear();
    }
}
