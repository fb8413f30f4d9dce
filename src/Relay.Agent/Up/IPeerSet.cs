using Relay.Protocol.Keys;

namespace Relay.Agent.Up;

/// <summary>The peers that the agent speaks for.</summary>
internal interface IPeerSet
{
    /// <summary>Adds one; nothing if it is there.</summary>
    void Add(NodeKey key);

    void Remove(NodeKey key);
}
