using Relay.Stun.Messages;

namespace Relay.Stun.Answers;

/// <summary>
/// What a STUN server does with one datagram (spec/stun.md 6 to 11): a function of the datagram and its source, without
/// state, I/O, allocation or exceptions. Thread safe.
/// </summary>
public static class StunAnswer
{
    /// <summary>Bytes of the largest answer: a success over IPv6 with all that RFC 5780 adds. An ordinary one has 32 to 52.</summary>
    public const int MaxSize = StunAnswerWriter.MaxSize;

    /// <summary>Bytes of the largest datagram that is looked at: one Ethernet packet. A request has a few dozen.</summary>
    public const int MaxRequestSize = 1500;

    private static readonly StunStation[] Alone = [.. Enum.GetValues<StunPolicy>().Select(policy => new StunStation { Policy = policy })];

    /// <summary>As a server that has just this one socket.</summary>
    /// <inheritdoc cref="Decide(StunStation, ReadOnlySpan{byte}, in TransportAddress, Span{byte}, out StunDelivery)"/>
    public static StunDisposition Decide(
        StunPolicy policy, ReadOnlySpan<byte> datagram, in TransportAddress source, Span<byte> answer, out int length)
    {
        var disposition = Decide(Alone[(int)policy], datagram, source, answer, out var delivery);
        length = delivery.Length;
        return disposition;
    }

    /// <summary>Decides upon <paramref name="datagram"/> and writes the answer, if there is to be one.</summary>
    /// <param name="station">What the socket knows of itself.</param>
    /// <param name="datagram">The payload of one UDP datagram, as received.</param>
    /// <param name="source">Where it came from, exactly as seen: it is what the client wants to know, and where the answer goes.</param>
    /// <param name="answer">Room for <see cref="MaxSize"/> bytes, apart from <paramref name="datagram"/>.</param>
    /// <param name="delivery">How the answer is to be sent, if at all.</param>
    /// <exception cref="ArgumentException"><paramref name="answer"/> is shorter than <see cref="MaxSize"/>.</exception>
    public static StunDisposition Decide(
        StunStation station, ReadOnlySpan<byte> datagram, in TransportAddress source, Span<byte> answer, out StunDelivery delivery)
    {
        ArgumentNullException.ThrowIfNull(station);
        if (answer.Length < MaxSize)
            throw new ArgumentException($"an answer takes up to {MaxSize} bytes, not {answer.Length}", nameof(answer));
        delivery = default;
        if (!source.CanBeSource) return StunDisposition.BadSource;
        if (datagram.Length > MaxRequestSize || !StunHeader.TryRead(datagram, out var header)) return StunDisposition.NotStun;
        if (header.Length % 4 != 0 || StunHeader.Size + header.Length != datagram.Length) return StunDisposition.NotStun;
        if (!header.HasCookie)
        {
            return station.Policy == StunPolicy.Public && header.Type == StunHeader.BindingRequest
                ? ClassicRules.Apply(datagram, source, answer, out delivery)
                : StunDisposition.NotStun;
        }

        if (header.IsResponse) return StunDisposition.ResponseDropped;
        if (header.Method != StunHeader.BindingMethod) return StunDisposition.NotStun;
        if (station.Policy != StunPolicy.TailscaleOnly) return PublicRules.Apply(station, header, datagram, source, answer, out delivery);
        return header.IsIndication ? StunDisposition.Indication : TailscaleRules.Apply(datagram, source, answer, out delivery);
    }
}
