namespace Relay.Protocol.Frames;

/// <summary>Why a peer cannot be reached through this relay (spec/derp.md 9.5). Unknown values mean gone.</summary>
public enum PeerGoneReason : byte
{
    /// <summary>A peer that packets came from has left the region.</summary>
    Disconnected = 0x00,

    /// <summary>The relay does not know the key a discovery packet was sent to.</summary>
    NotHere = 0x01,

    /// <summary>Never on the wire: what a mesh client tells itself when its link breaks.</summary>
    MeshConnectionBroke = 0xF0,
}
