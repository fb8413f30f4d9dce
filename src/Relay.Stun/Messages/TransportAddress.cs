using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Relay.Stun.Messages;

/// <summary>
/// An IP address and a UDP port, as STUN carries them. A value of 24 bytes, made and compared without allocating.
/// IPv4-mapped IPv6 addresses are unwrapped when one is made, so <see cref="Family"/> is always that of the real
/// transport (spec/stun.md 3.3). An IPv6 scope id is not kept: it means nothing on another machine.
/// </summary>
public readonly record struct TransportAddress
{
    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;
    private const ulong MappedMask = 0xFFFF_FFFF_0000_0000;

    // The address as big-endian numbers; IPv4 uses the low 32 bits of _low.
    private readonly ulong _high;
    private readonly ulong _low;

    private TransportAddress(StunAddressFamily family, ulong high, ulong low, ushort port) =>
        (Family, _high, _low, Port) = (family, high, low, port);

    /// <summary>IPv4 or IPv6; neither for the default value.</summary>
    public StunAddressFamily Family { get; }

    /// <summary>The UDP port in host order.</summary>
    public ushort Port { get; }

    /// <summary>
    /// Whether a datagram can have come from here: not from port 0, nor from the unspecified address, a multicast
    /// address or the broadcast address. An answer sent there would go nowhere, or to many (spec/stun.md 10).
    /// </summary>
    public bool CanBeSource => Port != 0 && Family switch
    {
        StunAddressFamily.IPv4 => _low is not (0 or 0xFFFF_FFFF) && _low >> 28 != 0xE,
        StunAddressFamily.IPv6 => (_high | _low) != 0 && _high >> 56 != 0xFF,
        _ => false,
    };

    /// <summary>Whether it is this machine's own: nobody outside can send from there.</summary>
    internal bool IsLoopback => Family == StunAddressFamily.IPv4 ? _low >> 24 == 127 : _high == 0 && _low == 1;

    internal ulong High => _high;

    internal ulong Low => _low;

    /// <summary>Takes over <paramref name="endPoint"/>.</summary>
    /// <exception cref="ArgumentException">Its address is neither IPv4 nor IPv6.</exception>
    public static TransportAddress From(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        Span<byte> bytes = stackalloc byte[16];
        if (!endPoint.Address.TryWriteBytes(bytes, out var length) || !TryFrom(bytes[..length], (ushort)endPoint.Port, out var address))
            throw new ArgumentException($"{endPoint} is neither IPv4 nor IPv6", nameof(endPoint));
        return address;
    }

    /// <summary>Reads a socket's form of the address without allocating; false when it is neither IPv4 nor IPv6.</summary>
    public static bool TryFrom(SocketAddress socketAddress, out TransportAddress address)
    {
        ArgumentNullException.ThrowIfNull(socketAddress);
        // Port and address lie at the same offsets on every system: only the first two bytes differ.
        var bytes = socketAddress.Buffer.Span[..socketAddress.Size];
        if (socketAddress.Family == AddressFamily.InterNetwork && bytes.Length >= 8)
            return TryFrom(bytes[4..8], BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), out address);
        if (socketAddress.Family == AddressFamily.InterNetworkV6 && bytes.Length >= 24)
            return TryFrom(bytes[8..24], BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), out address);
        address = default;
        return false;
    }

    /// <summary>Takes 4 bytes of IPv4 or 16 of IPv6, in network order; false for any other length.</summary>
    public static bool TryFrom(ReadOnlySpan<byte> ipAddress, ushort port, out TransportAddress address)
    {
        if (ipAddress.Length == 4) address = IPv4(BinaryPrimitives.ReadUInt32BigEndian(ipAddress), port);
        else if (ipAddress.Length == 16)
            address = IPv6(BinaryPrimitives.ReadUInt64BigEndian(ipAddress), BinaryPrimitives.ReadUInt64BigEndian(ipAddress[8..]), port);
        else address = default;
        return address.Family != 0;
    }

    /// <summary>The same address with another port.</summary>
    public TransportAddress WithPort(ushort port) => new(Family, _high, _low, port);

    /// <summary>Writes the 4 or 16 bytes of the address in network order; false for the default value. Never allocates.</summary>
    public bool TryWriteBytes(Span<byte> destination, out int length)
    {
        length = Family switch { StunAddressFamily.IPv4 => 4, StunAddressFamily.IPv6 => 16, _ => 0 };
        if (length == 4) BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_low);
        else if (length == 16) WriteIPv6(destination);
        return length > 0;
    }

    /// <summary>Writes the address to a socket's form of the same family, made for it once. Never allocates.</summary>
    public void WriteTo(SocketAddress socketAddress)
    {
        ArgumentNullException.ThrowIfNull(socketAddress);
        var bytes = socketAddress.Buffer.Span;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], Port);
        bytes[4..socketAddress.Size].Clear();
        TryWriteBytes(bytes[(Family == StunAddressFamily.IPv4 ? 4 : 8)..], out _);
    }

    /// <summary>The same as an <see cref="IPEndPoint"/>; allocates.</summary>
    /// <exception cref="InvalidOperationException">This is the default value.</exception>
    public IPEndPoint ToIPEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteIPv6(bytes);
        return Family switch
        {
            StunAddressFamily.IPv4 => new IPEndPoint(new IPAddress(bytes[12..]), Port),
            StunAddressFamily.IPv6 => new IPEndPoint(new IPAddress(bytes), Port),
            _ => throw new InvalidOperationException("no address"),
        };
    }

    /// <summary><c>192.0.2.1:3478</c>, <c>[2001:db8::1]:3478</c>, or empty for the default value.</summary>
    public override string ToString() => Family == 0 ? "" : ToIPEndPoint().ToString();

    private void WriteIPv6(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _low);
    }

    /// <summary>One's address with another's port.</summary>
    internal static TransportAddress Mix(in TransportAddress address, ushort port) => new(address.Family, address._high, address._low, port);

    internal static TransportAddress IPv4(uint address, ushort port) => new(StunAddressFamily.IPv4, 0, address, port);

    internal static TransportAddress IPv6(ulong high, ulong low, ushort port) => high == 0 && (low & MappedMask) == MappedPrefix
        ? IPv4((uint)low, port)
        : new TransportAddress(StunAddressFamily.IPv6, high, low, port);
}
