using Relay.Server.Queues;

namespace Relay.Server.Routing;

/// <summary>Where the packets for a key go: to the client's own connection, or over a link to the relay that has the client.</summary>
internal interface IRoute
{
    /// <summary>Where packets wait to be written; null while nothing can be.</summary>
    Outbox? Outbox { get; }

    /// <summary>Leads to another relay, which is told the destination as well.</summary>
    bool IsLink { get; }
}
