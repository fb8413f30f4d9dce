namespace Relay.Server.Queues;

/// <summary>Why a packet was not delivered; a label in metrics, so a fixed set. Names follow the reference's where it has one.</summary>
public enum DropReason
{
    /// <summary>The destination is not connected here.</summary>
    UnknownDestination,

    /// <summary>The destination is on another relay, to which there is no link at this moment.</summary>
    LinkDown,

    /// <summary>A mesh peer forwarded a packet to a key that is not here.</summary>
    UnknownDestinationOnForward,

    /// <summary>A mesh peer forwarded a packet that names no source.</summary>
    InvalidForward,

    /// <summary>The destination's queue was full: its oldest packet made room for a newer one.</summary>
    QueueHead,

    /// <summary>The destination's connection ended before the packet was written.</summary>
    GoneDisconnected,

    /// <summary>Writing to the destination failed.</summary>
    WriteError,
}
