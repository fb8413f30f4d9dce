namespace Relay.Server.Connections;

/// <summary>Why a connection ended, naming the side at fault; a label in metrics, so a fixed set.</summary>
public enum EndReason
{
    /// <summary>The client closed between two frames.</summary>
    PeerClosed,

    /// <summary>The client closed, or was cut off, inside a frame.</summary>
    TruncatedFrame,

    /// <summary>The connection broke while reading.</summary>
    ReadError,

    /// <summary>The connection broke while writing.</summary>
    WriteError,

    /// <summary>The client took next to nothing of what waited for it (<see cref="Uptake"/>).</summary>
    WriteTimeout,

    /// <summary>A frame's length is not one its type may have.</summary>
    BadFrameLength,

    /// <summary>A frame that takes mesh rights came from a client without them.</summary>
    NoMeshRights,

    /// <summary>The client did not send its ClientInfo in time.</summary>
    HandshakeTimeout,

    /// <summary>The first frame was not a ClientInfo of an acceptable length.</summary>
    HandshakeFrame,

    /// <summary>The ClientInfo is too short, its key is of low order, or its box does not open.</summary>
    HandshakeProof,

    /// <summary>The ClientInfo's JSON, or the mesh key in it, is not valid.</summary>
    HandshakeJson,

    /// <summary>Admission said no.</summary>
    NotAdmitted,

    /// <summary>What admission had granted was revoked, or ran out.</summary>
    AdmissionOver,

    /// <summary>A mesh peer asked to close this key's connections.</summary>
    ClosedByMesh,

    /// <summary>More control frames were waiting for this client than a client may leave unread.</summary>
    ControlQueueFull,

    /// <summary>The relay has more clients than it is to have, and asked this one to go to another relay of the region.</summary>
    Shed,

    /// <summary>The relay is stopping.</summary>
    Shutdown,

    /// <summary>A fault of the relay itself; logged with its cause.</summary>
    InternalError,
}
