using Relay.Protocol.Keys;

namespace Relay.Server.Mesh;

/// <summary>A connection to another relay whose handshake is over: frames follow, both ways.</summary>
public sealed class MeshLine
{
    /// <summary>Carries the frames. Read by one and written by one at a time. Closed by whoever takes the line.</summary>
    public required Stream Stream { get; init; }

    /// <summary>Frames that were read with the handshake; they come before what <see cref="Stream"/> gives.</summary>
    public ReadOnlyMemory<byte> Received { get; init; }

    /// <summary>The other relay's key, which the handshake proved.</summary>
    public required NodeKey RelayKey { get; init; }
}
