using Relay.Stun.Messages;

namespace Relay.Stun.Answers;

/// <summary>
/// What a STUN server does with one datagram (spec/stun.md 6 to 10): a function of the datagram and its source, without
/// state, I/O, allocation or exceptions. Thread safe.
/// </summary>
public static class StunAnswer
{
    /// <summary>Bytes of the largest answer: a 420 that lists sixteen attributes. A success has 32 to 52.</summary>
    public const int MaxSize = StunAnswerWriter.MaxSize;

    /// <summary>Bytes of the largest datagram that is looked at: one Ethernet packet. A request has a few dozen.</summary>
    public const int MaxRequestSize = 1500;

    /// <summary>Decides upon <paramref name="datagram"/> and writes the answer, if there is to be one.</summary>
    /// <param name="policy">Whose requests are answered.</param>
    /// <param name="datagram">The payload of one UDP datagram, as received.</param>
    /// <param name="source">Where it came from, exactly as seen: it is what the client wants to know, and where the answer goes.</param>
    /// <param name="answer">Room for <see cref="MaxSize"/> bytes, apart from <paramref name="datagram"/>.</param>
    /// <param name="length">Bytes of answer; 0 when nothing is to be sent.</param>
    /// <exception cref="ArgumentException"><paramref name="answer"/> is shorter than <see cref="MaxSize"/>.</exception>
    public static StunDisposition Decide(
        StunPolicy policy, ReadOnlySpan<byte> datagram, in TransportAddress source, Span<byte> answer, out int length)
    {
        if (answer.Length < MaxSize) throw new ArgumentException($"an answer takes up to {MaxSize} bytes, not {answer.Length}", nameof(answer));
        length = 0;
        if (!source.CanBeSource) return StunDisposition.BadSource;
        if (datagram.Length > MaxRequestSize || !StunHeader.TryRead(datagram, out var header)) return StunDisposition.NotStun;
        if (header.Length % 4 != 0 || StunHeader.Size + header.Length != datagram.Length) return StunDisposition.NotStun;
        if (!header.HasCookie)
        {
            return policy == StunPolicy.Public && header.Type == StunHeader.BindingRequest
                ? ClassicRules.Apply(datagram, source, answer, out length)
                : StunDisposition.NotStun;
        }

        if (header.IsResponse) return StunDisposition.ResponseDropped;
        if (header.Method != StunHeader.BindingMethod) return StunDisposition.NotStun;
        if (policy == StunPolicy.Public) return PublicRules.Apply(header, datagram, source, answer, out length);
        return header.IsIndication ? StunDisposition.Indication : TailscaleRules.Apply(datagram, source, answer, out length);
    }
}
