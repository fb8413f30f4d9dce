namespace Relay.Paths.Disco;

/// <summary>
/// The first byte of a disco message (spec/disco.md 3.2). The numbers are those of the wire. Types 4 to 9 belong to UDP
/// relays, which this node is not a client of: they are dropped like any type it does not know.
/// </summary>
internal enum DiscoMessageType : byte
{
    Ping = 0x01,
    Pong = 0x02,
    CallMeMaybe = 0x03,

    /// <summary>Ours: see docs/path-protocol.md. Sealed with node keys.</summary>
    Announcement = 0xA0,
}
