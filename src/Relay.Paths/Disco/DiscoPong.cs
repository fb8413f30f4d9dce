using System.Buffers.Binary;
using Relay.Stun.Messages;

namespace Relay.Paths.Disco;

/// <summary>
/// The answer to a probe (spec/disco.md 4.2), and behind it how many data packets came on direct paths so far. Other
/// software ignores what follows the address, and sends nothing there.
/// </summary>
internal readonly record struct DiscoPong(StunTransactionId Id, TransportAddress Source, long? Received)
{
    // | 2 | 0 | id (12) | address the ping came from (18) | 'R' | packets received (8) |
    internal const int Size = TagAt + 1 + sizeof(long);

    private const byte Tag = (byte)'R';
    private const int IdAt = 2;
    private const int SourceAt = IdAt + StunTransactionId.Size;
    private const int TagAt = SourceAt + DiscoAddress.Size;

    /// <summary>Reads a message of type pong; false when it is cut.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> message, out DiscoPong pong)
    {
        pong = default;
        if (message.Length < TagAt) return false;
        var id = new StunTransactionId(message.Slice(IdAt, StunTransactionId.Size));
        pong = new DiscoPong(id, DiscoAddress.Read(message[SourceAt..]), ReadCount(message[TagAt..]));
        return true;
    }

    /// <summary>Writes the message.</summary>
    /// <returns>Bytes written, at most <see cref="Size"/>.</returns>
    internal int Write(Span<byte> message)
    {
        message[0] = (byte)DiscoMessageType.Pong;
        message[1] = 0;
        Id.CopyTo(message[IdAt..]);
        DiscoAddress.Write(message[SourceAt..], Source);
        if (Received is not { } count) return TagAt;
        message[TagAt] = Tag;
        BinaryPrimitives.WriteInt64BigEndian(message[(TagAt + 1)..], count);
        return Size;
    }

    private static long? ReadCount(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 1 + sizeof(long) || rest[0] != Tag) return null;
        var count = BinaryPrimitives.ReadInt64BigEndian(rest[1..]);
        return count < 0 ? null : count;
    }
}
