using System.Buffers.Binary;

namespace Relay.Paths.Disco;

/// <summary>
/// "My disco key is this one", sealed with node keys and sent through the relay (docs/path-protocol.md). It is believed
/// only when it echoes a challenge that the receiver made: whoever kept an old one has nothing.
/// </summary>
internal readonly record struct Announcement(
    bool AnswerWanted, NodeTraits Traits, uint Sequence, Challenge Challenge, Challenge Echo, DiscoKey Key)
{
    // | A0 | 0 | flags | traits | sequence (4) | challenge (16) | echo (16) | disco key (32) |
    internal const int Size = KeyAt + DiscoKey.Size;

    private const byte WantsAnswer = 1;
    private const int SequenceAt = 4;
    private const int ChallengeAt = SequenceAt + sizeof(uint);
    private const int EchoAt = ChallengeAt + Challenge.Size;
    private const int KeyAt = EchoAt + Challenge.Size;

    /// <summary>Reads a message of type announcement; false when it is cut, of another version, or names the zero key.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> message, out Announcement announcement)
    {
        announcement = default;
        if (message.Length < Size || message[1] != 0) return false;
        announcement = new Announcement(
            (message[2] & WantsAnswer) != 0,
            (NodeTraits)message[3],
            BinaryPrimitives.ReadUInt32BigEndian(message[SequenceAt..]),
            new Challenge(message.Slice(ChallengeAt, Challenge.Size)),
            new Challenge(message.Slice(EchoAt, Challenge.Size)),
            new DiscoKey(message.Slice(KeyAt, DiscoKey.Size)));
        return !announcement.Key.IsZero;
    }

    internal void Write(Span<byte> message)
    {
        message[0] = (byte)DiscoMessageType.Announcement;
        message[1] = 0;
        message[2] = AnswerWanted ? WantsAnswer : (byte)0;
        message[3] = (byte)Traits;
        BinaryPrimitives.WriteUInt32BigEndian(message[SequenceAt..], Sequence);
        Challenge.CopyTo(message[ChallengeAt..]);
        Echo.CopyTo(message[EchoAt..]);
        Key.CopyTo(message[KeyAt..]);
    }
}
