using System.Buffers.Binary;
using Relay.Stun.Messages;

namespace Relay.Paths.Disco;

/// <summary>An address as disco writes it: 16 bytes, IPv4 mapped into IPv6, and the port (spec/disco.md 3.3).</summary>
internal static class DiscoAddress
{
    internal const int Size = 18;

    internal static TransportAddress Read(ReadOnlySpan<byte> source)
    {
        TransportAddress.TryFrom(source[..16], BinaryPrimitives.ReadUInt16BigEndian(source[16..]), out var address);
        return address;
    }

    internal static void Write(Span<byte> destination, in TransportAddress address)
    {
        var ip = destination[..16];
        if (address.Family == StunAddressFamily.IPv4)
        {
            ip[..10].Clear();
            ip[10..12].Fill(0xFF);
            address.TryWriteBytes(ip[12..], out _);
        }
        else
        {
            address.TryWriteBytes(ip, out _);
        }

        BinaryPrimitives.WriteUInt16BigEndian(destination[16..], address.Port);
    }
}
