namespace Relay.Protocol.Frames;

/// <summary>What a watcher is told about a connection (spec/derp.md 9.6).</summary>
[Flags]
public enum PeerPresence : byte
{
    /// <summary>The relay is too old to say.</summary>
    None = 0,

    /// <summary>An ordinary client; set only when no other flag is.</summary>
    Regular = 0x01,

    /// <summary>Has mesh rights.</summary>
    MeshPeer = 0x02,

    /// <summary>Declared itself a monitor.</summary>
    Prober = 0x04,

    /// <summary>Would rather be on another node of the region.</summary>
    NotIdeal = 0x08,
}
