using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Relay.Server.Transport;

/// <summary>What one customer of a provider has: an IPv4 address, or an IPv6 /64.</summary>
internal readonly record struct SourcePrefix(ulong Bits, bool IsV6)
{
    public static SourcePrefix Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new(BinaryPrimitives.ReadUInt64BigEndian(bytes), true)
            : new(BinaryPrimitives.ReadUInt32BigEndian(bytes), false);
    }
}
