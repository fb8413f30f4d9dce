using System.Buffers.Binary;
using System.Net;

namespace Relay.Paths.PortMapping;

/// <summary>The messages of PCP that map a port (RFC 6887, 7 and 11): bytes in, values out.</summary>
internal static class PcpMessages
{
    internal const int NonceSize = 12;

    private const byte Version = 2;
    private const byte AnnounceOpcode = 0;
    private const byte MapOpcode = 1;
    private const byte ResponseBit = 0x80;
    private const byte Udp = 17;
    private static readonly PcpAnswer Unsupported = new(1, 0, 0, null, 0);

    private const int HeaderSize = 24;
    private const int MapSize = HeaderSize + 36;

    // | 2 | opcode | 0 (2) | seconds (4) | our address (16) |
    internal static byte[] Announce(IPAddress local) => Header(HeaderSize, AnnounceOpcode, 0, local);

    // | header | nonce (12) | 17 | 0 (3) | port inside (2) | port outside (2) | address outside (16) |
    internal static byte[] MapRequest(IPAddress local, ReadOnlySpan<byte> nonce, int localPort, int wanted, TimeSpan lifetime)
    {
        var request = Header(MapSize, MapOpcode, (uint)lifetime.TotalSeconds, local);
        nonce[..NonceSize].CopyTo(request.AsSpan(HeaderSize));
        request[36] = Udp;
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(40), (ushort)localPort);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(42), (ushort)wanted);
        // Any address, in IPv4's dress: that says which family is wanted.
        IPAddress.Any.MapToIPv6().TryWriteBytes(request.AsSpan(44), out _);
        return request;
    }

    // | 2 | 128 + opcode | 0 | result | seconds (4) | epoch (4) | 0 (12) |
    internal static PcpAnswer? ReadAnnounce(ReadOnlySpan<byte> datagram)
    {
        if (IsOlder(datagram)) return Unsupported;
        return IsAnswer(datagram, AnnounceOpcode) ? new PcpAnswer(datagram[3], 0, Epoch(datagram), null, 0) : null;
    }

    // | header | nonce (12) | 17 | 0 (3) | port inside (2) | port outside (2) | address outside (16) |
    internal static PcpAnswer? ReadMapping(ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> nonce, int localPort)
    {
        if (IsOlder(datagram)) return Unsupported;
        if (!IsAnswer(datagram, MapOpcode) || datagram.Length < MapSize) return null;
        if (!datagram.Slice(HeaderSize, NonceSize).SequenceEqual(nonce) || datagram[36] != Udp) return null;
        if (BinaryPrimitives.ReadUInt16BigEndian(datagram[40..]) != localPort) return null;
        var address = new IPAddress(datagram.Slice(44, 16));
        return new PcpAnswer(
            datagram[3], BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]), Epoch(datagram),
            address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, BinaryPrimitives.ReadUInt16BigEndian(datagram[42..]));
    }

    // How a router that speaks NAT-PMP alone refuses: in its own version, with any opcode (RFC 6887, 9).
    private static bool IsOlder(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= 4 && datagram[0] < Version && (datagram[1] & ResponseBit) != 0;

    private static bool IsAnswer(ReadOnlySpan<byte> datagram, byte opcode) =>
        datagram.Length >= HeaderSize && datagram[0] == Version && datagram[1] == (ResponseBit | opcode);

    private static uint Epoch(ReadOnlySpan<byte> datagram) => BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]);

    private static byte[] Header(int size, byte opcode, uint seconds, IPAddress local)
    {
        var request = new byte[size];
        (request[0], request[1]) = (Version, opcode);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(4), seconds);
        local.MapToIPv6().TryWriteBytes(request.AsSpan(8), out _);
        return request;
    }
}

/// <summary>An answer of PCP; result 0 is success. Without address and port for an announcement.</summary>
internal sealed record PcpAnswer(int Result, uint Seconds, uint Epoch, IPAddress? Address, int Port);
