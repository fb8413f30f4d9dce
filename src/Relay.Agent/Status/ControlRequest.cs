namespace Relay.Agent.Status;

/// <summary>A question to an agent.</summary>
/// <param name="Op"><c>status</c> or <c>ping</c>.</param>
/// <param name="Peer">Ping: whom.</param>
/// <param name="Size">Ping: bytes in the packet.</param>
internal sealed record ControlRequest(string Op, string? Peer = null, int Size = 64);
