namespace Relay.Protocol.Frames;

/// <summary>The first byte of each DERP frame (spec/derp.md 7.2). 0x0B to 0x0F are unassigned and reserved.</summary>
public enum FrameType : byte
{
    /// <summary>Relay to client: magic and the relay's public key.</summary>
    ServerKey = 0x01,

    /// <summary>Client to relay: public key, nonce, box of JSON.</summary>
    ClientInfo = 0x02,

    /// <summary>Relay to client: nonce, box of JSON.</summary>
    ServerInfo = 0x03,

    /// <summary>Client to relay: destination key, packet.</summary>
    SendPacket = 0x04,

    /// <summary>Relay to client: source key, packet.</summary>
    RecvPacket = 0x05,

    /// <summary>Relay to client: empty, about once a minute.</summary>
    KeepAlive = 0x06,

    /// <summary>Client to relay: one byte, whether this relay is the client's home.</summary>
    NotePreferred = 0x07,

    /// <summary>Relay to client: key, reason.</summary>
    PeerGone = 0x08,

    /// <summary>Relay to watcher: key, address, port, flags.</summary>
    PeerPresent = 0x09,

    /// <summary>Mesh peer to relay: source key, destination key, packet.</summary>
    ForwardPacket = 0x0A,

    /// <summary>Mesh peer to relay: tell me who comes and goes.</summary>
    WatchConns = 0x10,

    /// <summary>Mesh peer to relay: close the connections of this key.</summary>
    ClosePeer = 0x11,

    /// <summary>Both ways: eight bytes to be sent back.</summary>
    Ping = 0x12,

    /// <summary>Both ways: the eight bytes of a ping.</summary>
    Pong = 0x13,

    /// <summary>Relay to client: text for a person; empty when all is well again.</summary>
    Health = 0x14,

    /// <summary>Relay to client: when to come back, for how long to try, in milliseconds.</summary>
    Restarting = 0x15,
}
