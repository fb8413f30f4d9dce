namespace Relay.Server.Transport;

/// <summary>What a listener is for. Requests are told apart by this, never by their <c>Host</c> header.</summary>
public enum ListenerRole
{
    /// <summary>DERP, WebSocket, probes and the home page.</summary>
    Public,

    /// <summary>Port 80: the captive-portal answer and the way to HTTPS; no DERP.</summary>
    PlainHttp,

    /// <summary>Health, metrics and debugging, for the operator alone.</summary>
    Admin,
}
