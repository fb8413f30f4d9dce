namespace Relay.Server.Mesh;

/// <summary>How a link stands; a label in metrics.</summary>
public enum MeshLinkState
{
    /// <summary>Nobody needs it.</summary>
    Idle,

    /// <summary>Being opened.</summary>
    Connecting,

    /// <summary>Open.</summary>
    Up,

    /// <summary>It failed, and will be opened again.</summary>
    Waiting,

    /// <summary>The member is this relay itself: no link is needed.</summary>
    Self,

    /// <summary>The member is a relay to which another link is up: a second name or address of it.</summary>
    Redundant,
}
