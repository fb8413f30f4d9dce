namespace Relay.Server.Transport;

/// <summary>A connection feature: the stream in force, for whoever takes the connection over instead of the HTTP server.</summary>
public interface IRelayStreamFeature
{
    /// <summary>Carries the connection's plain bytes: the TLS stream, or the socket itself without TLS.</summary>
    Stream Stream { get; }

    /// <summary>The socket underneath.</summary>
    SocketStream Socket { get; }
}
