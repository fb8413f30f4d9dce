using Relay.Stun.Messages;

namespace Relay.Stun.Answers;

/// <summary>
/// RFC 3489 clients, which send no magic cookie (spec/stun.md 9). What asks for an answer from or to another address is
/// refused: sending where a packet says would make an open reflector.
/// </summary>
internal static class ClassicRules
{
    internal static StunDisposition Apply(
        ReadOnlySpan<byte> request, in TransportAddress source, Span<byte> answer, out StunDelivery delivery)
    {
        delivery = default;
        var unknown = default(UnknownAttributeList);
        var attributes = new StunAttributeReader(request[StunHeader.Size..]);
        while (attributes.MoveNext())
        {
            if (!IsKnown(attributes.Type, attributes.Value)) unknown.Add(attributes.Type);
        }

        if (attributes.Malformed) return StunDisposition.NotStun;
        if (unknown.Count > 0)
        {
            delivery = new StunDelivery(StunAnswerWriter.UnknownAttributes(answer, request, unknown, fingerprint: false));
            return StunDisposition.UnknownAttribute420;
        }

        delivery = new StunDelivery(StunAnswerWriter.Classic(answer, request, source));
        return StunDisposition.SuccessClassic;
    }

    // Many classic clients send CHANGE-REQUEST with nothing to change. The other numbers of RFC 3489 mean nothing in a request.
    private static bool IsKnown(ushort type, ReadOnlySpan<byte> value) => type switch
    {
        StunAttribute.ResponseAddress => false,
        StunAttribute.ChangeRequest => value is [0, 0, 0, 0],
        >= StunAttribute.MappedAddress and <= StunAttribute.ReflectedFrom => true,
        _ => type >= StunAttribute.FirstOptional,
    };
}
