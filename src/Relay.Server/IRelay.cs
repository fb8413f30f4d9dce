using Relay.Protocol.Keys;
using Relay.Server.Connections;

namespace Relay.Server;

/// <summary>The relay as the HTTP side sees it. Thread safe.</summary>
public interface IRelay
{
    /// <summary>The key that clients box their ClientInfo to.</summary>
    NodeKey PublicKey { get; }

    /// <summary>True once a told restart has begun: new connections are refused.</summary>
    bool Draining { get; }

    /// <summary>
    /// Greets the client, checks its proof and its admission, and forwards until either side ends. Does not throw for
    /// anything a peer does; returns why the connection ended. The caller closes it afterwards.
    /// </summary>
    Task<EndReason> ServeAsync(RelayConnection connection);
}
