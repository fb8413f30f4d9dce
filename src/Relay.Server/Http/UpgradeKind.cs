namespace Relay.Server.Http;

/// <summary>What a request to <c>/derp</c> asks to switch to.</summary>
internal enum UpgradeKind
{
    None,
    Raw,
    WebSocket,
}
