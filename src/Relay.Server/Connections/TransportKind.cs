namespace Relay.Server.Connections;

/// <summary>How a client's frames travel; a label in metrics.</summary>
public enum TransportKind
{
    /// <summary>DERP frames straight on TLS or TCP, after an HTTP upgrade or a fast start.</summary>
    Raw,

    /// <summary>DERP frames in binary WebSocket messages.</summary>
    WebSocket,
}
