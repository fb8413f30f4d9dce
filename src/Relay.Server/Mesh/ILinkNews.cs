using Relay.Protocol.Keys;

namespace Relay.Server.Mesh;

/// <summary>What a link hears of the other relay's clients, in order.</summary>
internal interface ILinkNews
{
    /// <summary>The other relay has a connection of this key.</summary>
    void Present(NodeKey key);

    /// <summary>The other relay has none, or none any more.</summary>
    void Gone(NodeKey key);
}
