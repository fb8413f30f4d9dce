using Relay.Stun.Messages;

namespace Relay.Stun.Answers;

/// <summary>Rows 4 to 10 of the table in spec/stun.md 7: a message with the magic cookie, to a server for everybody.</summary>
internal static class PublicRules
{
    internal static StunDisposition Apply(
        StunStation station, StunHeader header, ReadOnlySpan<byte> request, in TransportAddress source, Span<byte> answer, out StunDelivery delivery)
    {
        delivery = default;
        var (unknown, change) = (default(UnknownAttributeList), default(ChangeRequest));
        var attributes = new StunAttributeReader(request[StunHeader.Size..]);
        bool fingerprint = false, misplaced = false, tailscale = false, integrity = false;
        while (attributes.MoveNext())
        {
            misplaced |= fingerprint;
            if (attributes.Type == StunAttribute.Fingerprint) fingerprint = true;
            else if (integrity) continue; // RFC 8489, 14.5: whatever else follows the integrity check is to be ignored
            else if (attributes.Type is StunAttribute.MessageIntegrity or StunAttribute.MessageIntegritySha256) integrity = true;
            else if (attributes.Type == StunAttribute.Software)
                tailscale |= attributes.Value.SequenceEqual(StunAttribute.TailscaleSoftware);
            else if (!IsKnown(attributes.Type) && !change.TryTake(attributes.Type, attributes.Value, station)) unknown.Add(attributes.Type);
        }

        if (attributes.Malformed) return StunDisposition.NotStun;
        if (fingerprint && (misplaced || !StunFingerprint.Matches(request[..(StunHeader.Size + attributes.Offset)], attributes.Value)))
            return StunDisposition.BadFingerprint;
        if (header.IsIndication) return StunDisposition.Indication;
        if (unknown.Count > 0)
        {
            delivery = new StunDelivery(StunAnswerWriter.UnknownAttributes(answer, request, unknown, fingerprint));
            return StunDisposition.UnknownAttribute420;
        }

        // Tailscale's clients do not read FINGERPRINT. Without it they get derper's very bytes, and never more than they sent over IPv4.
        var told = tailscale ? default : station.Other;
        var origin = change.Asked && station.TellsAll ? station.AddressOf(change.From) : default;
        var length = StunAnswerWriter.Success(answer, request, source, told, origin, fingerprint && !tailscale);
        delivery = new StunDelivery(length, change.From, change.Port);
        return StunDisposition.Success;
    }

    // Known, though without meaning in a request that nobody authenticates: to be ignored (RFC 8489, 6.3.1).
    // What RFC 3489 and ICE add, and PADDING, is not known here, and its users understand a 420.
    private static bool IsKnown(ushort type) => type switch
    {
        StunAttribute.MappedAddress or StunAttribute.Username or StunAttribute.ErrorCode or StunAttribute.UnknownAttributes
            or StunAttribute.Realm or StunAttribute.Nonce or StunAttribute.PasswordAlgorithm or StunAttribute.UserHash
            or StunAttribute.XorMappedAddress => true,
        _ => type >= StunAttribute.FirstOptional,
    };
}
