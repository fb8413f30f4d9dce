namespace Relay.Client;

/// <summary>How DERP travels inside TLS (or plain TCP).</summary>
public enum RelayTransport
{
    /// <summary>Raw, and where the answer to that is no upgrade to DERP (a proxy in front that knows only WebSocket, say), WebSocket.</summary>
    Auto,

    /// <summary>Raw DERP after an HTTP upgrade: what relays expect (spec/derp.md 5).</summary>
    Raw,

    /// <summary>DERP in binary WebSocket messages, subprotocol <c>derp</c> (spec/derp.md 6).</summary>
    WebSocket,
}
