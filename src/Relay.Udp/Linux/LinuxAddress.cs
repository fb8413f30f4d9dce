using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Relay.Stun.Messages;
using static Relay.Stun.Udp.LinuxSocketApi;

namespace Relay.Udp.Linux;

/// <summary>struct sockaddr_in and sockaddr_in6.</summary>
[SupportedOSPlatform("linux")]
internal static class LinuxAddress
{
    internal const int MaxSize = 28;
    internal const int Stride = 32;

    private const int SizeIPv4 = 16;

    internal static bool TryRead(ReadOnlySpan<byte> name, out TransportAddress address)
    {
        address = default;
        if (name.Length < SizeIPv4) return false;
        var port = BinaryPrimitives.ReadUInt16BigEndian(name[2..]);
        return MemoryMarshal.Read<ushort>(name) switch
        {
            FamilyIPv4 => TransportAddress.TryFrom(name[4..8], port, out address),
            FamilyIPv6 when name.Length >= MaxSize => TransportAddress.TryFrom(name[8..24], port, out address),
            _ => false,
        };
    }

    /// <summary>Its length; 0 for no address.</summary>
    internal static int Write(Span<byte> name, in TransportAddress address)
    {
        name[..MaxSize].Clear();
        if (!address.TryWriteBytes(name[(address.Family == StunAddressFamily.IPv4 ? 4 : 8)..], out var length)) return 0;
        MemoryMarshal.Write(name, length == 4 ? FamilyIPv4 : FamilyIPv6);
        BinaryPrimitives.WriteUInt16BigEndian(name[2..], address.Port);
        return length == 4 ? SizeIPv4 : MaxSize;
    }
}
