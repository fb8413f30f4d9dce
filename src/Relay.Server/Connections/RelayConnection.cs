using System.Net;
using Relay.Server.Transport;

namespace Relay.Server.Connections;

/// <summary>A connection that has switched to DERP: what the HTTP side hands to the relay.</summary>
public sealed class RelayConnection
{
    /// <summary>
    /// Carries the frames, both ways at once. A read into an empty buffer waits for data without needing memory.
    /// A write takes all of its bytes; only one is under way at a time. Owned by whoever made it.
    /// </summary>
    public required Stream Stream { get; init; }

    /// <summary>
    /// The socket under <see cref="Stream"/> when nothing but TLS lies between them: its reader is then served on the
    /// socket's own event loop. Null otherwise.
    /// </summary>
    public SocketStream? Socket { get; init; }

    /// <summary>
    /// The socket at the bottom, whatever lies between: for what the kernel knows of it, not to be read from or written to.
    /// Null when unknown.
    /// </summary>
    public SocketStream? Carrier { get => field ?? Socket; init; }

    /// <summary>DERP bytes that were read together with the request head; they come before what <see cref="Stream"/> gives.</summary>
    public ReadOnlyMemory<byte> Received { get; init; }

    /// <summary>The 101 response head, sent in one write with the ServerKey frame; empty for a fast start and for WebSockets.</summary>
    public ReadOnlyMemory<byte> Greeting { get; init; }

    /// <summary>The client's address, for admission, mesh watchers and logs; null when unknown.</summary>
    public IPEndPoint? RemoteEndPoint { get; init; }

    /// <summary>How the frames travel.</summary>
    public TransportKind Transport { get; init; }

    /// <summary>
    /// The node of the region on which the client would rather be, from its <c>Ideal-Node</c> header; empty when it is not to be
    /// told from the header which; null when it is here.
    /// </summary>
    public string? IdealNode { get; init; }

    /// <summary>Is told once the client has proved its key and is admitted; null when nobody counts handshakes.</summary>
    public IHandshakeFeature? Handshake { get; init; }

    /// <summary>Ends the connection at once, from any thread, so that pending reads and writes fail. May be called more than once.</summary>
    public required Action Abort { get; init; }
}
