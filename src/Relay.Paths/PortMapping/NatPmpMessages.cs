using System.Buffers.Binary;
using System.Net;

namespace Relay.Paths.PortMapping;

/// <summary>The messages of NAT-PMP (RFC 6886, 3): bytes in, values out.</summary>
internal static class NatPmpMessages
{
    private const byte Version = 0;
    private const byte AddressOpcode = 0;
    private const byte MapUdpOpcode = 1;
    private const byte ResponseBit = 0x80;

    /// <summary>The address outside. | 0 | 0 |</summary>
    internal static byte[] AddressRequest() => [Version, AddressOpcode];

    // | 0 | 1 | 0 (2) | port inside (2) | port outside (2) | seconds (4) |
    internal static byte[] MapRequest(int localPort, int wanted, TimeSpan lifetime)
    {
        var request = new byte[12];
        request[1] = MapUdpOpcode;
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(4), (ushort)localPort);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(6), (ushort)wanted);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(8), (uint)lifetime.TotalSeconds);
        return request;
    }

    // | 0 | 128 | result (2) | epoch (4) | address (4) |
    internal static NatPmpAddress? ReadAddress(ReadOnlySpan<byte> datagram)
    {
        if (!IsAnswer(datagram, AddressOpcode, out var result)) return null;
        if (result != 0) return datagram.Length >= 8 ? new NatPmpAddress(result, Epoch(datagram), IPAddress.None) : null;
        return datagram.Length >= 12 ? new NatPmpAddress(0, Epoch(datagram), new IPAddress(datagram[8..12])) : null;
    }

    // | 0 | 129 | result (2) | epoch (4) | port inside (2) | port outside (2) | seconds (4) |
    internal static NatPmpMapping? ReadMapping(ReadOnlySpan<byte> datagram, int localPort)
    {
        if (!IsAnswer(datagram, MapUdpOpcode, out var result) || datagram.Length < 16) return null;
        if (BinaryPrimitives.ReadUInt16BigEndian(datagram[8..]) != localPort) return null;
        return new NatPmpMapping(
            result, Epoch(datagram), BinaryPrimitives.ReadUInt16BigEndian(datagram[10..]), BinaryPrimitives.ReadUInt32BigEndian(datagram[12..]));
    }

    private static bool IsAnswer(ReadOnlySpan<byte> datagram, byte opcode, out int result)
    {
        result = datagram.Length >= 4 ? BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) : 0;
        return datagram.Length >= 4 && datagram[0] == Version && datagram[1] == (ResponseBit | opcode);
    }

    private static uint Epoch(ReadOnlySpan<byte> datagram) => BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]);
}

/// <summary>The answer to the question for the address; result 0 is success.</summary>
internal sealed record NatPmpAddress(int Result, uint Epoch, IPAddress Address);

/// <summary>The answer to the wish for a port; result 0 is success.</summary>
internal sealed record NatPmpMapping(int Result, uint Epoch, int Port, uint Seconds);
