using System.Buffers.Binary;
using Relay.Stun.Messages;

namespace Relay.Paths.Candidates;

/// <summary>Which addresses may be probed at all, and which kinds are preferred.</summary>
internal static class AddressRules
{
    /// <summary>
    /// Whether a machine elsewhere can be reached at an address. Not at the unspecified, multicast, broadcast or loopback
    /// addresses, on port 0, or at IPv6 link-local ones, which mean nothing without an interface.
    /// </summary>
    internal static bool CanBePeer(in TransportAddress address) =>
        address.CanBeSource && Classify(address) is not (AddressClass.Loopback or AddressClass.Unusable) && !IsIPv6LinkLocal(address);

    internal static AddressClass Classify(in TransportAddress address)
    {
        Span<byte> ip = stackalloc byte[16];
        if (!address.TryWriteBytes(ip, out var length)) return AddressClass.Unusable;
        return length == 4 ? ClassifyIPv4(ip) : ClassifyIPv6(ip);
    }

    private static AddressClass ClassifyIPv4(ReadOnlySpan<byte> ip) => (ip[0], ip[1]) switch
    {
        (0, _) or ( >= 224, _) => AddressClass.Unusable,
        (127, _) => AddressClass.Loopback,
        (169, 254) => AddressClass.LinkLocal,
        (10, _) or (172, >= 16 and <= 31) or (192, 168) => AddressClass.Private,
        _ => AddressClass.Public,
    };

    private static AddressClass ClassifyIPv6(ReadOnlySpan<byte> ip)
    {
        var high = BinaryPrimitives.ReadUInt64BigEndian(ip);
        var low = BinaryPrimitives.ReadUInt64BigEndian(ip[8..]);
        if (high == 0 && low == 1) return AddressClass.Loopback;
        if (high == 0 && low >> 32 == 0 || ip[0] == 0xFF) return AddressClass.Unusable;
        if (ip[0] == 0xFE && (ip[1] & 0xC0) == 0x80) return AddressClass.LinkLocal;
        return (ip[0] & 0xFE) == 0xFC ? AddressClass.Private : AddressClass.Public;
    }

    private static bool IsIPv6LinkLocal(in TransportAddress address) =>
        address.Family == StunAddressFamily.IPv6 && Classify(address) == AddressClass.LinkLocal;
}
