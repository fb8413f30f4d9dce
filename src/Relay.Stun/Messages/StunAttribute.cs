namespace Relay.Stun.Messages;

/// <summary>Attribute numbers this project reads or writes (RFC 8489, RFC 5780, RFC 3489). Frozen by the wire.</summary>
internal static class StunAttribute
{
    internal const ushort MappedAddress = 0x0001;
    internal const ushort ResponseAddress = 0x0002;
    internal const ushort ChangeRequest = 0x0003;
    internal const ushort Username = 0x0006;
    internal const ushort MessageIntegrity = 0x0008;
    internal const ushort ErrorCode = 0x0009;
    internal const ushort UnknownAttributes = 0x000A;
    internal const ushort ReflectedFrom = 0x000B;
    internal const ushort Realm = 0x0014;
    internal const ushort Nonce = 0x0015;
    internal const ushort MessageIntegritySha256 = 0x001C;
    internal const ushort PasswordAlgorithm = 0x001D;
    internal const ushort UserHash = 0x001E;
    internal const ushort XorMappedAddress = 0x0020;
    internal const ushort ResponsePort = 0x0027;

    /// <summary>XOR-MAPPED-ADDRESS under the number that early drafts gave it; still seen in responses.</summary>
    internal const ushort XorMappedAddressOld = 0x8020;

    internal const ushort Software = 0x8022;
    internal const ushort Fingerprint = 0x8028;
    internal const ushort ResponseOrigin = 0x802B;
    internal const ushort OtherAddress = 0x802C;

    /// <summary>Numbers below this must be understood; the rest may be passed over.</summary>
    internal const ushort FirstOptional = 0x8000;

    /// <summary>What every genuine Tailscale client puts in SOFTWARE.</summary>
    internal static ReadOnlySpan<byte> TailscaleSoftware => "tailnode"u8;
}
