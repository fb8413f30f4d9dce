using Relay.Stun.Messages;

namespace Relay.Stun.Answers;

/// <summary>
/// The reference's acceptance, in its order (spec/stun.md 3.2): attributes that fit, some SOFTWARE of <c>tailnode</c>, a
/// right FINGERPRINT at the very end. Attributes it does not know are passed over, whatever their number.
/// </summary>
internal static class TailscaleRules
{
    internal static StunDisposition Apply(
        ReadOnlySpan<byte> request, in TransportAddress source, Span<byte> answer, out StunDelivery delivery)
    {
        delivery = default;
        var attributes = new StunAttributeReader(request[StunHeader.Size..]);
        var software = false;
        while (attributes.MoveNext())
        {
            software |= attributes.Type == StunAttribute.Software && attributes.Value.SequenceEqual(StunAttribute.TailscaleSoftware);
        }

        if (attributes.Malformed) return StunDisposition.NotStun;
        if (!software) return StunDisposition.WrongSoftware;
        var before = request[..(StunHeader.Size + attributes.Offset)];
        if (attributes.Type != StunAttribute.Fingerprint || !StunFingerprint.Matches(before, attributes.Value))
            return StunDisposition.BadFingerprint;
        delivery = new StunDelivery(StunAnswerWriter.Success(answer, request, source, default, default, fingerprint: false));
        return StunDisposition.Success;
    }
}
