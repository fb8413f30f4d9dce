using System.Runtime.InteropServices;

namespace Relay.Agent.Up.Network;

/// <summary>
/// What a batch of rtnetlink messages says, as far as it matters here: that something changed. What it changed to is read
/// afresh, since messages get lost when many come.
/// </summary>
internal static class NetlinkMessages
{
    private const int HeaderSize = 16;
    private const ushort NewLink = 16, DelLink = 17, NewAddress = 20, DelAddress = 21, NewRoute = 24, DelRoute = 25;
    private const ushort Replaced = 0x100;
    private const byte MainTable = 254;

    internal static NetworkEvents Read(ReadOnlySpan<byte> messages)
    {
        var events = NetworkEvents.None;
        // struct nlmsghdr: length (4), type (2), flags (2), sequence (4), port (4); the next one is aligned to 4.
        while (messages.Length >= HeaderSize)
        {
            var length = MemoryMarshal.Read<int>(messages);
            if (length < HeaderSize || length > messages.Length) break;
            events |= Event(MemoryMarshal.Read<ushort>(messages[4..]), MemoryMarshal.Read<ushort>(messages[6..]), messages[HeaderSize..length]);
            messages = messages[Math.Min((length + 3) & ~3, messages.Length)..];
        }

        return events;
    }

    private static NetworkEvents Event(ushort type, ushort flags, ReadOnlySpan<byte> body) => type switch
    {
        NewLink or DelLink or NewAddress or DelAddress => NetworkEvents.Something,
        // struct rtmsg: family, destination length, source length, tos, table, ... A route that took another's place may be the
        // same once more: network managers set it anew with each router advertisement.
        NewRoute or DelRoute when body.Length >= 12 && body[1] == 0 && body[4] == MainTable =>
            (flags & Replaced) == 0 ? NetworkEvents.DefaultRoute : NetworkEvents.Something,
        _ => NetworkEvents.None,
    };
}
