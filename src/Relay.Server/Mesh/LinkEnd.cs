namespace Relay.Server.Mesh;

/// <summary>Why a link ended, or was not opened; a label in metrics.</summary>
public enum LinkEnd
{
    /// <summary>It could not be opened.</summary>
    DialFailed,

    /// <summary>The other relay closed it.</summary>
    PeerClosed,

    /// <summary>Reading from it failed.</summary>
    ReadError,

    /// <summary>Writing to it failed.</summary>
    WriteError,

    /// <summary>The other relay did not answer in time.</summary>
    Silent,

    /// <summary>The other relay sent a frame longer than any may be.</summary>
    BadFrame,

    /// <summary>Nobody needed it any more.</summary>
    Idle,

    /// <summary>The member was taken out, or this relay stops.</summary>
    Stopped,
}
