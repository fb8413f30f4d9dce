namespace Relay.Server.Transport;

/// <summary>A connection that is no client yet.</summary>
/// <param name="Abort">Ends it.</param>
/// <param name="Since">When it came, as the clock counts.</param>
internal readonly record struct Handshake(Action Abort, long Since);
