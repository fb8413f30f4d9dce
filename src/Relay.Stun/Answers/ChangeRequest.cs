using System.Buffers.Binary;
using Relay.Stun.Messages;

namespace Relay.Stun.Answers;

/// <summary>
/// What a request wants of the way back (RFC 5780, 7.2 and 7.5). A wish that cannot be met counts as an attribute that is
/// not known. No wish leads to another address than the one that asked.
/// </summary>
internal struct ChangeRequest
{
    private const uint Flags = (uint)(StunOrigin.OtherAddress | StunOrigin.OtherPort);

    // Below are the ports of services: nobody's client waits there, and an answer may trouble whoever does.
    private const ushort LowestPort = 1024;

    internal StunOrigin From { get; private set; }

    internal ushort Port { get; private set; }

    /// <summary>Whether the request was about the way back at all.</summary>
    internal bool Asked { get; private set; }

    /// <summary>Takes up an attribute; false when it is none of these, or cannot be met.</summary>
    internal bool TryTake(ushort type, ReadOnlySpan<byte> value, StunStation station) => type switch
    {
        StunAttribute.ChangeRequest => TryChange(value, station),
        StunAttribute.ResponsePort => TryPort(value, station),
        _ => false,
    };

    // | 0 (29 bits) | change address | change port | 0 |
    private bool TryChange(ReadOnlySpan<byte> value, StunStation station)
    {
        if (station.Origins == StunOrigin.Same || value.Length != 4) return false;
        var flags = BinaryPrimitives.ReadUInt32BigEndian(value);
        var from = (StunOrigin)flags;
        if ((flags & ~Flags) != 0 || (from & ~station.Origins) != 0) return false;
        (From, Asked) = (from, true);
        return true;
    }

    // | port (2) | 0 (2) |
    private bool TryPort(ReadOnlySpan<byte> value, StunStation station)
    {
        if (!station.TellsAll || value.Length is not (2 or 4)) return false;
        var port = BinaryPrimitives.ReadUInt16BigEndian(value);
        if (port < LowestPort) return false;
        (Port, Asked) = (port, true);
        return true;
    }
}
