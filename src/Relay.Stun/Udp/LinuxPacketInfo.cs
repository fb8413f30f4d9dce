using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Relay.Stun.Udp;

/// <summary>
/// The control message that says which of our addresses a datagram was sent to. Handed back with the answer, it makes the
/// answer leave from there: clients take no answer from an address they did not ask (spec/stun.md 8).
/// </summary>
[SupportedOSPlatform("linux")]
internal static class LinuxPacketInfo
{
    /// <summary>Room for either kind with its header, on 32 and 64 bit.</summary>
    internal const int MaxSize = 48;

    // struct in_pktinfo: | interface (4) | local address (4) | header's destination (4) |
    private const int IPv4Size = 12;

    // struct in6_pktinfo: | address (16) | interface (4) |
    private const int IPv6Size = 20;

    private const int AddressSize = 16;

    // struct cmsghdr: | length (one word) | level (4) | type (4) |
    private static int HeaderSize => nint.Size + 8;

    /// <summary>Asks for the control message, which only a wildcard socket needs. Whether it does.</summary>
    internal static bool Enable(Socket socket)
    {
        var address = ((IPEndPoint)socket.LocalEndPoint!).Address;
        if (address.Equals(IPAddress.Any))
            socket.SetRawSocketOption(LinuxSocketApi.LevelIPv4, LinuxSocketApi.PacketInfoIPv4, [1, 0, 0, 0]);
        else if (address.Equals(IPAddress.IPv6Any))
            socket.SetRawSocketOption(LinuxSocketApi.LevelIPv6, LinuxSocketApi.ReceivePacketInfoIPv6, [1, 0, 0, 0]);
        else return false;
        return true;
    }

    /// <summary>
    /// Turns the received <paramref name="control"/> into the one to send, in place; returns its length, or 0 when the
    /// system is to choose the address itself.
    /// </summary>
    internal static int ToReply(Span<byte> control)
    {
        if (control.Length < HeaderSize) return 0;
        var length = MemoryMarshal.Read<nint>(control);
        var level = MemoryMarshal.Read<int>(control[nint.Size..]);
        var type = MemoryMarshal.Read<int>(control[(nint.Size + 4)..]);
        var info = control[HeaderSize..];
        return (level, type) switch
        {
            (LinuxSocketApi.LevelIPv4, LinuxSocketApi.PacketInfoIPv4) when length == HeaderSize + IPv4Size && info.Length >= IPv4Size =>
                ReplyIPv4(info),
            (LinuxSocketApi.LevelIPv6, LinuxSocketApi.PacketInfoIPv6) when length == HeaderSize + IPv6Size && info.Length >= IPv6Size =>
                ReplyIPv6(info),
            _ => 0,
        };
    }

    // The source is the very address in the question's header. Where that is a broadcast or multicast address the kernel
    // refuses to send from it, and so it should: each of our sockets got a copy, and would answer.
    // The way back is the routing table's to find, not the interface that the question came by: that may be another one.
    private static int ReplyIPv4(Span<byte> info)
    {
        info[8..IPv4Size].CopyTo(info[4..8]);
        info[..4].Clear();
        return HeaderSize + IPv4Size;
    }

    // An IPv4 client of a dual-stack socket comes as an IPv6 message with a mapped address, and Linux takes it back as such.
    // A link-local address is one only together with its interface.
    private static int ReplyIPv6(Span<byte> info)
    {
        var linkLocal = (BinaryPrimitives.ReadUInt16BigEndian(info) & 0xFFC0) == 0xFE80;
        if (!linkLocal) info[AddressSize..IPv6Size].Clear();
        return HeaderSize + IPv6Size;
    }
}
